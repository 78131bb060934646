import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { bundledService, type ServiceBundle } from '../../../scripts/test/service-process.js';

let bundle: ServiceBundle;
beforeAll(async () => {
  bundle = await bundledService('proxied-service', import.meta.url);
});
afterAll(() => bundle.remove());

/** 22.21 and 24.5 are the first with `NODE_USE_ENV_PROXY` for `node:http`. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const knowsProxies = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);

/** Answers whatever it is asked for, and keeps it. */
async function listening(): Promise<{ url: string; targets: string[] }> {
  const targets: string[] = [];
  const server: Server = createServer((request, response) => {
    targets.push(request.url ?? '');
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets };
}

const paths = ['/metrics/job/proxied', '/v1/metrics', '/v1/traces'];
const pathsOf = (targets: readonly string[]): readonly string[] =>
  [...new Set(targets.map((target) => target.replace(/^http:\/\/[^/]*/, '')))].sort();

test.each<[string, Record<string, string>, boolean]>([
  ['NODE_USE_ENV_PROXY=1', { NODE_USE_ENV_PROXY: '1' }, knowsProxies],
  ['no such wish', {}, false],
  ['NO_PROXY for the target', { NODE_USE_ENV_PROXY: '1', NO_PROXY: '127.0.0.1' }, false],
])('with %s, exporters go through the proxy only where Node.js does', async (_, env, isProxied) => {
  const [proxy, target] = [await listening(), await listening()];
  const service = bundle.start('', {
    METRICS_BACKEND: 'otel,prometheus',
    OTEL_EXPORTER_OTLP_ENDPOINT: target.url,
    GATEWAY: target.url,
    HTTP_PROXY: proxy.url,
    http_proxy: proxy.url,
    ...env,
  });
  expect(await service.ended()).toMatchObject({ code: 0 });
  expect(pathsOf(proxy.targets)).toEqual(isProxied ? paths : []);
  expect(pathsOf(target.targets)).toEqual(isProxied ? [] : paths);
});
