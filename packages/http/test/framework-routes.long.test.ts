import 'reflect-metadata';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import Router from '@koa/router';
import { Controller, Get, type INestApplication, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { afterEach, describe, expect, test } from 'vitest';
import { fastifyPlugin } from '../src/fastify.js';
import { honoMiddleware } from '../src/hono.js';
import { koaMiddleware } from '../src/koa.js';
import { SIGHTLINE_METRICS, SightlineModule } from '../src/nest.js';
import { NestRequests } from '../src/nest-requests.js';
import { instrumentServer } from '../src/node.js';
import { type Observing, observing } from './observing.js';
import { listening } from './shop/listening.js';
import { request } from './shop/request.js';

const open: Array<{ close(): unknown }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function routesOf(given: Observing, url: string, requests: readonly string[]): Promise<unknown> {
  for (const line of requests) {
    const [method = 'GET', path = '/'] = line.includes(' ') ? line.split(' ') : ['GET', line];
    await request(url, false, { method, path });
  }
  await given.until(requests.length);
  given.spans.assertNoOpenSpans();
  expect(given.metrics.value('http.server.active_requests')).toBe(0);
  const counts: Record<string, number> = {};
  for (const { labels, value } of given.metrics.series('http.server.request.duration')) {
    const route = String(labels['http.route']);
    counts[route] = (counts[route] ?? 0) + value;
  }
  return counts;
}

async function serve(server: Server): Promise<string> {
  const running = await listening(server);
  open.push(running);
  return running.url;
}

const scanned = Array.from({ length: 200 }, (_, i) => `/wp-${i}/setup-${i}.php`);
const names = Array.from({ length: 100 }, (_, i) => `/users/name${i}/orders/${i * 7}`);

describe('Fastify', () => {
  test('gives templates with prefixes, also of HEAD, wildcards, parameters with patterns, and errors of hooks', async () => {
    const given = observing();
    const app = fastify();
    open.push(app);
    await app.register(fastifyPlugin(given.obs));
    app.get('/users/:name/orders/:order', () => 'ok');
    app.get('/files/*', () => 'ok');
    app.get('/at/:hour(^\\d{2})h', () => 'ok');
    await app.register(
      async (scope) => {
        scope.addHook('preHandler', async (request) => {
          if ((request.params as { id: string }).id === 'bad') throw new Error('refused');
        });
        scope.get('/things/:id', () => 'ok');
      },
      { prefix: '/api/:tenant' },
    );
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const requests = [...scanned, ...names, 'HEAD /files/a/b', '/at/12h', '/api/t/things/1', '/api/u/things/bad'];
    expect(await routesOf(given, url, requests)).toEqual({
      unmatched: 200,
      '/users/:name/orders/:order': 100,
      '/files/*': 1,
      '/at/:hour(^\\d{2})h': 1,
      '/api/:tenant/things/:id': 2,
    });
    expect(given.spans.finished.at(-1)).toMatchObject({ status: 'error', events: [{ name: 'exception' }] });
  });

  test('its injected requests are observed, and with instrumentServer() those that no hook sees', async () => {
    const given = observing();
    const app = fastify();
    open.push(app);
    await app.register(fastifyPlugin(given.obs, { routeOf: ({ url }) => (url === '/own' ? '/own-name' : undefined) }));
    app.get('/own', () => 'ok');
    expect((await app.inject('/own')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    instrumentServer(given.obs, app.server);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    expect(await routesOf(given, url, ['/bad/%zz', '/own'])).toEqual({ '/own-name': 2, unmatched: 1 });
  });
});

describe('Koa', () => {
  test('gives templates with prefixes, of regular expressions their source, and unmatched for the rest', async () => {
    const given = observing();
    const app = new Koa();
    app.silent = true;
    app.use(koaMiddleware(given.obs, { routeOf: (ctx) => (ctx.path === '/own' ? '/own-name' : undefined) }));
    const orders = new Router({ prefix: '/orders' });
    orders.get('/:order', (ctx) => {
      ctx.body = 'ok';
    });
    const users = new Router({ prefix: '/users/:name' });
    users.use((_ctx, next) => next());
    users.use(orders.routes());
    users.get(/^\/r-\d+$/, (ctx) => {
      ctx.body = 'ok';
    });
    const failing = new Router();
    failing.get('/refused/:id', (ctx) => ctx.throw(403, 'no'));
    app.use(users.routes()).use(failing.routes()).use(failing.allowedMethods());
    const url = await serve(createServer(app.callback()));
    const requests = [...scanned, ...names, '/own', 'DELETE /refused/1', '/refused/2'];
    expect(await routesOf(given, url, requests)).toEqual({
      unmatched: 201,
      '/users/:name/orders/:order': 100,
      '/own-name': 1,
      '/refused/:id': 1,
    });
    expect(given.spans.finished.at(-1)).toMatchObject({ status: 'unset', events: [] });
  });

  test('counts a body whose stream fails', async () => {
    const given = observing();
    const { Readable } = await import('node:stream');
    const app = new Koa();
    app.silent = true;
    app.use(koaMiddleware(given.obs));
    app.use((ctx) => {
      ctx.body = Readable.from(
        (async function* () {
          yield 'some';
          throw new RangeError('no more');
        })(),
      );
    });
    const url = await serve(createServer(app.callback()));
    await request(url, false, { method: 'GET', path: '/' }).catch(() => {});
    await given.until(1);
    expect(given.metrics.series('http.server.request.duration')[0]?.labels).toMatchObject({
      'error.type': 'RangeError',
    });
    given.spans.assertNoOpenSpans();
  });
});

describe('Hono', () => {
  const build = (given: Observing): Hono => {
    const app = new Hono();
    app.use(honoMiddleware(given.obs));
    app.use('/guarded/*', async (c, next) => (c.req.path.endsWith('no') ? c.text('no', 403) : next()));
    app.get('/guarded/:door', (c) => c.text('in'));
    app.all('/every/:verb', (c) => c.text('ok'));
    app.get('/files/*', (c) => c.text('ok'));
    app.get('/maybe/:id{[0-9]+}', (c) => c.text('ok'));
    const orders = new Hono().basePath('/users/:name');
    orders.onError((_error, c) => c.text('inner', 500));
    orders.get('/orders/:order', (c) => c.text('ok'));
    orders.get('/broken', () => {
      throw new RangeError('broken');
    });
    app.route('/', orders);
    return app;
  };

  test('gives templates of the endpoint, also if a middleware answers for it', async () => {
    const given = observing();
    const url = await serve(createServer(getRequestListener(build(given).fetch)));
    const requests = [
      ...scanned,
      ...names,
      '/guarded/no',
      '/guarded/yes',
      'DELETE /every/1',
      'HEAD /files/a/b',
      '/maybe/12',
      '/maybe/x',
      '/users/ann/broken',
    ];
    expect(await routesOf(given, url, requests)).toEqual({
      unmatched: 201,
      '/users/:name/orders/:order': 100,
      '/guarded/:door': 2,
      '/every/:verb': 1,
      '/files/*': 1,
      '/maybe/:id{[0-9]+}': 1,
      '/users/:name/broken': 1,
    });
  });

  test('works without a server', async () => {
    const given = observing();
    const response = await build(given).request('/users/ann/orders/1?a=1', { headers: { 'x-request-id': 'r-1' } });
    expect(response.headers.get('x-request-id')).toBe('r-1');
    expect(response.headers.get('x-trace-id')).toBe(given.spans.finished[0]?.traceId);
    expect(given.spans.named('GET /users/:name/orders/:order').attributes).toMatchObject({
      'url.path': '/users/ann/orders/1',
      'http.response.status_code': 200,
    });
    expect(given.lines).toHaveLength(1);
  });
});

test('Hono: what is thrown without being an error ends the request', async () => {
  const given = observing();
  const app = new Hono();
  app.use(honoMiddleware(given.obs));
  app.get('/odd', () => {
    throw 'a text';
  });
  await expect(app.request('/odd')).rejects.toBe('a text');
  expect(given.metrics.value('http.server.active_requests')).toBe(0);
  expect(given.spans.named('GET /odd')).toMatchObject({ status: 'error', attributes: { 'error.type': '_OTHER' } });
});

describe('Nest', () => {
  test('gives templates with the global prefix, counts what no controller sees, and injects', async () => {
    const given = observing();
    class Orders {
      one(name: string): string {
        if (name === 'bad') throw new RangeError('bad');
        return 'ok';
      }
    }
    Controller('users/:name')(Orders);
    Param('name')(Orders.prototype, 'one', 0);
    Get('orders/:order')(Orders.prototype, 'one', Object.getOwnPropertyDescriptor(Orders.prototype, 'one') as never);
    class Root {}
    Module({})(Root);
    const app: INestApplication = await NestFactory.create(
      {
        module: Root,
        imports: [
          SightlineModule.forRootAsync({ inject: ['OBS'], useFactory: (obs: never) => obs, imports: [] }),
          {
            module: class Config {},
            global: true,
            providers: [{ provide: 'OBS', useValue: given.obs }],
            exports: ['OBS'],
          },
        ],
        controllers: [Orders],
      },
      { logger: false, forceCloseConnections: true },
    );
    open.push(app);
    app.setGlobalPrefix('api');
    await app.listen(0, '127.0.0.1');
    expect(app.get(SIGHTLINE_METRICS)).toBe(given.metrics);
    const { port } = app.getHttpServer().address() as AddressInfo;
    const requests = [...scanned, ...names.map((path) => `/api${path}`), '/api/users/bad/orders/1'];
    expect(await routesOf(given, `http://127.0.0.1:${port}`, requests)).toEqual({
      unmatched: 200,
      '/api/users/:name/orders/:order': 101,
    });
    expect(given.spans.finished.at(-1)).toMatchObject({ status: 'error', events: [{ name: 'exception' }] });
    const malformed = await fetch(`http://127.0.0.1:${port}/api/users/a/orders/1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(malformed.status).toBe(400);
    await given.until(requests.length + 1);
  });

  test('on Fastify, gives the routes of its instance', async () => {
    const given = observing();
    const app = fastify();
    open.push(app);
    // What Nest's adapter for Fastify reports; the adapter itself is not installed here.
    const httpAdapter = { getType: () => 'fastify', getHttpServer: () => app.server, getInstance: () => app };
    const requests = new NestRequests({ httpAdapter }, given.obs, {});
    requests.onModuleInit();
    app.get('/users/:name', () => 'ok');
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    expect(await routesOf(given, url, ['/users/ann', '/nowhere', '/bad/%zz'])).toEqual({
      '/users/:name': 1,
      unmatched: 2,
    });
    requests.onModuleDestroy();
    expect(Object.hasOwn(app.server, 'emit')).toBe(false);
  });
});
