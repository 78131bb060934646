import 'reflect-metadata';
import { once } from 'node:events';
import { request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SightlineModule } from '@sightline/http/nest';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createObservability } from '../src/index.js';

vi.setConfig({ testTimeout: 60_000 }); // Nest takes as long to load as the machine lets it

const token = 'a-token-of-the-team';
const headers = { authorization: `Bearer ${token}` };

class OwnController {
  own(): string {
    return 'own';
  }
}
Get('own')(OwnController.prototype, 'own', Object.getOwnPropertyDescriptor(OwnController.prototype, 'own') ?? {});
Controller()(OwnController);

test('the page is mounted in Nest, behind its body parser, and stays out of the metrics of its module', async () => {
  const obs = createObservability({
    serviceName: 'shop',
    signals: false,
    http: false,
    logger: false,
    tracing: { exporter: 'none', isGlobal: false },
    live: { listens: false, token },
    env: { SIGHTLINE_TEST_RUN: 'false', METRICS_BACKEND: 'none' },
  });
  class AppModule {}
  Module({ imports: [SightlineModule.forRoot(obs)], controllers: [OwnController] })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  app.use(obs.live.handler);
  const server: Server = app.getHttpServer();
  server.on('upgrade', (request, socket, head) => {
    if (!obs.live.upgrade(request, socket as never, head)) socket.destroy();
  });
  await app.listen(0, '127.0.0.1');
  onTestFinished(async () => {
    await obs.shutdown();
    await app.close();
  });
  const origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string, init: RequestInit = {}): Promise<string> =>
    (await fetch(`http://${origin}${path}`, { ...init, headers: { ...headers, ...init.headers } })).text();

  expect(await ask('/own')).toBe('own');
  expect(await ask('/live/api/about')).toContain('"embedded"');
  const query = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{services{name}}"}',
  };
  expect(await ask('/live/graphql', query)).toContain('shop');
  const upgrade = httpRequest(`http://${origin}/live/graphql`, {
    headers: {
      ...headers,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol': 'graphql-transport-ws',
    },
  });
  upgrade.end();
  const [response, socket] = await once(upgrade, 'upgrade');
  expect(response.statusCode).toBe(101);
  socket.destroy();
  expect(await ask('/own')).toBe('own');
  const { traces } = JSON.parse(await ask('/live/api/traces')) as { traces: readonly object[] };
  expect(traces).toHaveLength(2);
});
