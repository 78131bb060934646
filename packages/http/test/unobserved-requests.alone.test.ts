import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { leaveUnobserved } from '@sightline/base';
import express from 'express';
// @ts-expect-error Express 4 has no types; it is used as Express 5 is
import express4 from 'express4';
import fastify, { type FastifyInstance } from 'fastify';
import fastify4 from 'fastify4';
import { Hono } from 'hono';
import Koa from 'koa';
// @ts-expect-error Koa 2 has no types; it is used as Koa 3 is
import Koa2 from 'koa2';
import { expect, onTestFinished, test } from 'vitest';
import { expressMiddleware } from '../src/express.js';
import { fastifyPlugin } from '../src/fastify.js';
import { honoMiddleware } from '../src/hono.js';
import type { HttpObservability } from '../src/index.js';
import { koaMiddleware } from '../src/koa.js';
import { instrumentHandler, instrumentServer } from '../src/node.js';
import { observing } from './observing.js';

/** Answers as a page of ours does in the service's own server: at once for `/page/quick`, later for others. */
function page(request: IncomingMessage, response: ServerResponse): void {
  const answer = (): void => {
    leaveUnobserved(request);
    response.end('page');
  };
  if (request.url?.endsWith('quick')) answer();
  else setImmediate(answer);
}

/** A page behind the adapter, and a route of the service. */
const mounted: Readonly<Record<string, (obs: HttpObservability) => RequestListener | Promise<RequestListener>>> = {
  'Express 5': (obs) => withExpress(express(), obs),
  'Express 4': (obs) => withExpress(express4() as never, obs),
  'Fastify 5': (obs) => withFastify(fastify(), obs),
  'Fastify 4': (obs) => withFastify(fastify4() as never, obs),
  'Koa 3': (obs) => withKoa(new Koa(), obs),
  'Koa 2': (obs) => withKoa(new Koa2() as never, obs),
  Hono(obs) {
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.use(honoMiddleware(obs));
    app.all('/page/*', ({ env }) => {
      page(env.incoming as IncomingMessage, env.outgoing as ServerResponse);
      return RESPONSE_ALREADY_SENT;
    });
    app.get('/own', (c) => c.text('own'));
    return getRequestListener(app.fetch);
  },
  'node:http': (obs) =>
    instrumentHandler(obs, (request, response) => {
      if (request.url?.startsWith('/page')) page(request, response);
      else response.end('own');
    }),
};

test.each(Object.entries(mounted))(
  'a request that another part takes out is in no span, metric or line: %s',
  async (_framework, mount) => {
    const { obs, metrics, spans, lines, until } = observing();
    const server = createServer(await mount(obs));
    instrumentServer(obs, server); // around the adapter
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo;
    const ask = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${path}`)).text();

    expect(await ask('/page/quick')).toBe('page');
    expect(await ask('/page/later')).toBe('page');
    expect(await ask('/own')).toBe('own');
    await until(1);

    expect(spans.finished.map(({ attributes }) => attributes['url.path'])).toEqual(['/own']);
    expect(metrics.series('http.server.request.duration')).toHaveLength(1);
    expect(metrics.value('http.server.active_requests')).toBe(0);
    expect(lines).toHaveLength(1);
  },
);

function withExpress(app: express.Express, obs: HttpObservability): RequestListener {
  app.use(expressMiddleware(obs));
  app.use('/page', (request, response) => page(request, response));
  app.get('/own', (_request, response) => void response.send('own'));
  return app;
}

async function withFastify(app: FastifyInstance, obs: HttpObservability): Promise<RequestListener> {
  await app.register(fastifyPlugin(obs));
  app.all('/page/*', (request, reply) => {
    reply.hijack();
    page(request.raw, reply.raw);
  });
  app.get('/own', () => 'own');
  await app.ready();
  return (request, response) => void app.routing(request, response);
}

function withKoa(app: Koa, obs: HttpObservability): RequestListener {
  app.use(koaMiddleware(obs));
  app.use((ctx, next) => {
    if (!ctx.path.startsWith('/page')) return next();
    page(ctx.req, ctx.res);
    return new Promise(() => {}); // answered elsewhere
  });
  app.use((ctx) => {
    ctx.body = 'own';
  });
  return app.callback();
}
