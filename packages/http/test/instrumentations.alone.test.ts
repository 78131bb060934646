import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import FastifyOtelInstrumentation from '@fastify/otel';
import { context, propagation, SpanKind } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { KoaInstrumentation } from '@opentelemetry/instrumentation-koa';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createSpans } from '@sightline/tracing';
import type expressModule from 'express';
import type fastifyModule from 'fastify';
import type KoaModule from 'koa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { instrumentUndici, tracedFetch } from '../src/client.js';
import { expressMiddleware } from '../src/express.js';
import { fastifyPlugin } from '../src/fastify.js';
import { instrumentHandler, instrumentServer } from '../src/node.js';
import { type Observing, observing } from './observing.js';
import { listening } from './shop/listening.js';

// Instrumentations patch what is required after them.
const require = createRequire(import.meta.url);
const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
const http = new HttpInstrumentation({ enabled: false });
const express = new ExpressInstrumentation({ enabled: false });
const koa = new KoaInstrumentation({ enabled: false });
const undici = new UndiciInstrumentation();
const fastifyOtel = new FastifyOtelInstrumentation({ enabled: false });
const all = [http, express, koa, undici, fastifyOtel];
// Made with `enabled: false`, it would ignore all requests, also when it is enabled later.
undici.disable();

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  for (const each of all) each.setTracerProvider(provider);
});
afterAll(() => {
  context.disable();
  propagation.disable();
});

let given: Observing;
beforeEach(() => {
  exporter.reset();
  given = observing();
  Object.assign(given.obs, { spans: createSpans({ tracer: provider.getTracer('ours') }) });
});
afterEach(() => {
  for (const each of all) each.disable();
});

const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** The answer to one request that continues a trace, when its line is written and all its spans have ended. */
async function answerTo(server: Server, path: string): Promise<Response> {
  const running = await listening(server);
  try {
    const response = await fetch(running.url + path, { headers: { traceparent: caller } });
    await response.text();
    await given.until(1);
    return response;
  } finally {
    await running.close();
  }
}

const serverSpans = (): ReadableSpan[] => exporter.getFinishedSpans().filter(({ kind }) => kind === SpanKind.SERVER);

function expectOneServerSpan(response: Response, name: string, scope: string): void {
  const spans = serverSpans();
  expect(spans.map((span) => [span.name, span.instrumentationScope.name])).toEqual([[name, scope]]);
  const [span] = spans;
  expect(span?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  expect(span?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  expect(response.headers.get('x-trace-id')).toBe(span?.spanContext().traceId);
  expect(span?.attributes['http.response.status_code']).toBe(200);
  expect(given.lines).toHaveLength(1);
  expect(given.metrics.value('http.server.active_requests')).toBe(0);
  expect(given.metrics.series('http.server.request.duration').map(({ labels }) => labels['http.route'])).toEqual([
    name.slice('GET '.length),
  ]);
}

const hello: RequestListener = (_request, response) => {
  provider.getTracer('work').startSpan('work').end();
  response.end('hello');
};

function expectWorkBelow(): void {
  const work = exporter.getFinishedSpans().find(({ name }) => name === 'work');
  expect(work?.parentSpanContext?.spanId).toBe(serverSpans()[0]?.spanContext().spanId);
}

describe('with @opentelemetry/instrumentation-http', () => {
  beforeEach(() => {
    http.enable();
    require('node:http');
  });
  const theirs = '@opentelemetry/instrumentation-http';

  test('a handler continues the server span of the instrumentation, and names it', async () => {
    const handler = instrumentHandler(given.obs, hello, { routeOf: () => '/items/:id' });
    const response = await answerTo(createServer(handler), '/items/7');
    expectOneServerSpan(response, 'GET /items/:id', theirs);
    expectWorkBelow();
    expect(given.lines[0]).toMatchObject({ message: 'GET /items/:id 200' });
  });

  test('an observed server has one server span, although its emit comes first', async () => {
    const server = createServer(hello);
    const stop = instrumentServer(given.obs, server, { routeOf: () => '/items/:id' });
    const listeners = server.listenerCount('request');
    const response = await answerTo(server, '/items/7');
    expectOneServerSpan(response, 'GET /items/:id', theirs);
    expectWorkBelow();
    expect(server.listenerCount('request')).toBe(listeners);
    stop();
  });

  test('a request within another one has a server span of its own', async () => {
    const inner = instrumentHandler(given.obs, hello);
    const injected = createServer(inner);
    const handler = instrumentHandler(given.obs, (request, response) => {
      if (request.url === '/outer') injected.emit('request', Object.assign(request, { url: '/inner' }), response);
    });
    await answerTo(createServer(handler), '/outer');
    expect(serverSpans()).toHaveLength(2); // the instrumentation sees the inner one, too
  });

  test('a failure of the handler is recorded on the span of the instrumentation', async () => {
    const handler = instrumentHandler(given.obs, (_request, response) => {
      response.statusCode = 500;
      response.end('failed');
      throw new RangeError('too far');
    });
    const server = createServer((request, response) => {
      try {
        handler(request, response);
      } catch {
        // as a framework would
      }
    });
    await answerTo(server, '/items/7');
    const [span] = serverSpans();
    expect(serverSpans()).toHaveLength(1);
    expect(span?.attributes['error.type']).toBe('RangeError');
    expect(span?.events.map(({ name }) => name)).toEqual(['exception']);
  });

  test('express has one server span with the route', async () => {
    express.enable();
    const make = require('express') as typeof expressModule;
    const app = make();
    app.use(expressMiddleware(given.obs));
    app.get('/items/:id', hello as never);
    expectOneServerSpan(await answerTo(createServer(app), '/items/7'), 'GET /items/:id', theirs);
  });

  test('fastify has one server span with the route, in either order of the plugins', async () => {
    fastifyOtel.enable();
    for (const isOursFirst of [true, false]) {
      exporter.reset();
      given = observing();
      Object.assign(given.obs, { spans: createSpans({ tracer: provider.getTracer('ours') }) });
      const make = require('fastify') as typeof fastifyModule;
      const app = make();
      if (isOursFirst) await app.register(fastifyPlugin(given.obs));
      await app.register(fastifyOtel.plugin() as never);
      if (!isOursFirst) await app.register(fastifyPlugin(given.obs));
      app.get('/items/:id', () => 'hello');
      await app.ready();
      expectOneServerSpan(await answerTo(app.server, '/items/7'), 'GET /items/:id', theirs);
    }
  });
});

describe('without @opentelemetry/instrumentation-http', () => {
  test('the route of instrumentation-express names our span', async () => {
    express.enable();
    const make = require('express') as typeof expressModule;
    const app = make();
    app.get('/items/:id', hello as never);
    const response = await answerTo(createServer(instrumentHandler(given.obs, app as never)), '/items/7');
    expectOneServerSpan(response, 'GET /items/:id', 'ours');
    expect(given.lines[0]).toMatchObject({ message: 'GET /items/:id 200' });
  });

  test('the route of instrumentation-koa names our span', async () => {
    koa.enable();
    const Koa = require('koa') as typeof KoaModule;
    const Router = require('@koa/router') as typeof import('@koa/router').default;
    const app = new Koa();
    const router = new Router();
    router.get('/items/:id', (ctx) => {
      ctx.body = 'hello';
    });
    app.use(router.routes());
    const response = await answerTo(createServer(instrumentHandler(given.obs, app.callback() as never)), '/items/7');
    expectOneServerSpan(response, 'GET /items/:id', 'ours');
  });

  test('@fastify/otel behind our plugin has a span within ours', async () => {
    fastifyOtel.enable();
    const make = require('fastify') as typeof fastifyModule;
    const app = make();
    await app.register(fastifyPlugin(given.obs));
    await app.register(fastifyOtel.plugin() as never);
    app.get('/items/:id', () => 'hello');
    await app.ready();
    expectOneServerSpan(await answerTo(app.server, '/items/7'), 'GET /items/:id', 'ours');
    const theirs = exporter.getFinishedSpans().find(({ name }) => name === 'request');
    expect(theirs?.kind).toBe(SpanKind.INTERNAL);
  });

  test('@fastify/otel before our plugin has the server span', async () => {
    fastifyOtel.enable();
    const make = require('fastify') as typeof fastifyModule;
    const app = make();
    await app.register(fastifyOtel.plugin() as never);
    await app.register(fastifyPlugin(given.obs));
    app.get('/items/:id', () => 'hello');
    await app.ready();
    expectOneServerSpan(await answerTo(app.server, '/items/7'), 'GET /items/:id', '@fastify/otel');
  });
});

describe('with @opentelemetry/instrumentation-undici', () => {
  let traceparents: unknown[] = [];
  const server = createServer((request, response) => {
    traceparents = request.rawHeaders.filter((_, i, raw) => raw[i - 1]?.toLowerCase() === 'traceparent');
    response.end();
  });

  test.each(['before', 'after'])('a request has one traceparent, if it was enabled %s us', async (when) => {
    const running = await listening(server);
    const make = {
      tracedFetch: () => ({ call: tracedFetch(given.obs), stop: () => {} }),
      instrumentUndici: () => ({ call: globalThis.fetch, stop: instrumentUndici(given.obs) }),
    };
    for (const start of Object.values(make)) {
      if (when === 'before') undici.enable();
      const { call, stop } = start();
      if (when === 'after') undici.enable();
      traceparents = [];
      await (await call(running.url)).text();
      expect(traceparents).toHaveLength(1);
      expect(traceparents[0]).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-0[0-3]$/);
      stop();
      undici.disable();
    }
    await running.close();
  });
});
