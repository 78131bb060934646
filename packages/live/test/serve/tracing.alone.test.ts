import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer } from 'node:http';
import { context, createContextKey, trace } from '@opentelemetry/api';
import { suppressedTracingKey } from '@sightline/base';
import { afterEach, expect, test } from 'vitest';
import { mountOf } from '../../src/http/mount.js';
import { bearer, fakeApi, send, serving } from './serving.js';

afterEach(() => {
  context.disable();
  trace.disable();
});

/** A context manager as OpenTelemetry's. */
function useContextManager(): void {
  const storage = new AsyncLocalStorage<ReturnType<typeof context.active>>();
  const root = context.active();
  context.setGlobalContextManager({
    active: () => storage.getStore() ?? root,
    with: (given, fn, thisArg, ...args) => storage.run(given, () => Reflect.apply(fn, thisArg, args)),
    bind: (_given, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
}

test("what answers the dashboard's own requests is not traced, also later and over GraphQL", {
  timeout: 60_000,
}, async () => {
  useContextManager();
  const seen: unknown[] = [];
  const look = () => seen.push(context.active().getValue(suppressedTracingKey));
  const api = fakeApi({
    async looks() {
      look();
      await new Promise((resolve) => setImmediate(resolve));
      look();
      return 1;
    },
  });
  const { origin } = await serving({
    api,
    services: () => {
      look();
      return [];
    },
  });
  await send(`${origin}/live/api/looks`, { headers: bearer });
  await send(`${origin}/live/graphql?query={services{name}}`, { headers: bearer });
  expect(seen).toEqual([true, true, true]);
});

test('the request of the service keeps its context', async () => {
  useContextManager();
  const key = createContextKey('test');
  const seen: unknown[] = [];
  const { origin } = await serving({
    serve: (live) =>
      createServer((request, response) => {
        context.with(context.active().setValue(key, 'here'), () => {
          live.handler(request, response, () => {
            seen.push(context.active().getValue(key), context.active().getValue(suppressedTracingKey));
            response.end();
          });
        });
      }),
  });
  await send(`${origin}/own`);
  expect(seen).toEqual(['here', undefined]);
});

test.each([
  ['/live/api/traces?last=5m', undefined, { base: '/live', path: '/api/traces' }],
  ['/live', undefined, { base: '/live', path: '' }],
  ['/live/x', '/ops/live/x', { base: '/ops/live', path: '/x' }],
  ['/', '/ops/live', { base: '/ops/live', path: '' }],
  ['/x', '/live/x', { base: '/live', path: '/x' }],
  ['/orders', undefined, undefined],
  ['/olive/x', undefined, undefined],
  ['/x', '/olive/x', undefined],
] as const)('%s, before a router %s, is met at %j', (url, originalUrl, mount) => {
  expect(mountOf({ url, originalUrl, headers: {} } as never, '/live')).toEqual(mount);
});

test('what records the requests of the service forgets those for the dashboard, and what meets them later leaves them alone', async () => {
  const discarded: unknown[] = [];
  const later: unknown[] = [];
  const key = Symbol.for('sightline.http.request.v1');
  const { origin } = await serving({
    serve: (live) =>
      createServer((request, response) => {
        Object.defineProperty(request, key, {
          value: { discard: () => discarded.push(request.url) },
          configurable: true,
        });
        live.handler(request, response, () => response.end('own'));
        later.push(Reflect.get(request, key));
      }),
  });
  await send(`${origin}/live/api/`, { headers: bearer });
  await send(`${origin}/own`);
  expect(discarded).toEqual(['/live/api/']);
  expect(later).toEqual([undefined, expect.anything()]);
});
