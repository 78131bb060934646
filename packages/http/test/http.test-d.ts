import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createTestMetrics } from '@sightline/testing/metrics';
import { createTestSpans } from '@sightline/testing/spans';
import type { Request } from 'express';
import express from 'express';
import fastify, { type FastifyRequest } from 'fastify';
import { type Context, Hono } from 'hono';
import Koa from 'koa';
import { describe, expectTypeOf, test } from 'vitest';
import { instrumentUndici, tracedFetch } from '../src/client.js';
import { expressErrorMiddleware, expressMiddleware } from '../src/express.js';
import { fastifyPlugin } from '../src/fastify.js';
import { honoMiddleware } from '../src/hono.js';
import { koaMiddleware } from '../src/koa.js';
import { SightlineModule } from '../src/nest.js';
import { instrumentHandler, instrumentServer } from '../src/node.js';

const obs = { metrics: createTestMetrics(), spans: createTestSpans().spans };

describe('every adapter', () => {
  test('takes test doubles', () => {
    express().use(expressMiddleware(obs)).use(expressErrorMiddleware());
    void fastify().register(fastifyPlugin(obs));
    new Koa().use(koaMiddleware(obs));
    new Hono().use(honoMiddleware(obs));
    SightlineModule.forRoot(obs, { trustProxy: true });
    instrumentServer(obs, {} as Server);
    expectTypeOf(instrumentUndici(obs)).toEqualTypeOf<() => void>();
  });

  test('asks callbacks with the request of its framework', () => {
    const never =
      <T>(): ((given: T) => boolean) =>
      () =>
        false;
    expressMiddleware(obs, { ignore: never<Request>() });
    fastifyPlugin(obs, { ignore: never<FastifyRequest>() });
    honoMiddleware(obs, { ignore: never<Context>() });
    expressMiddleware(obs, { ignore: (request) => request.path === '/health' });
    fastifyPlugin(obs, { ignore: (request) => request.routeOptions.url === '/health' });
    honoMiddleware(obs, { ignore: (c) => c.req.path === '/health' });
    instrumentHandler(obs, () => {}, { routeOf: (request) => request.url });
    // @ts-expect-error a route is a string
    expressMiddleware(obs, { routeOf: () => 1 });
    // @ts-expect-error an option is misspelt
    koaMiddleware(obs, { ignored: () => true });
  });
});

test('a handler keeps its types, of both versions of HTTP', () => {
  instrumentHandler(obs, (request, response) => {
    expectTypeOf(request).toEqualTypeOf<IncomingMessage>();
    expectTypeOf(response).toEqualTypeOf<ServerResponse>();
  });
  instrumentHandler(obs, (request: Http2ServerRequest, response: Http2ServerResponse) => void [request, response]);
});

test('tracedFetch is a fetch', () => {
  expectTypeOf(tracedFetch(obs)).toEqualTypeOf<typeof fetch>();
  // @ts-expect-error nothing to record with
  tracedFetch({});
});
