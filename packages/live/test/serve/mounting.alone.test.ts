import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import { text } from 'node:stream/consumers';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import express from 'express';
// @ts-expect-error Express 4 is installed beside 5
import express4 from 'express4';
import fastify, { type FastifyInstance } from 'fastify';
import fastify4 from 'fastify4';
import { Hono } from 'hono';
import Koa from 'koa';
// @ts-expect-error Koa 2 has the types of Koa 3, under that name only.
import Koa2 from 'koa2';
import { describe, expect, test } from 'vitest';
import type { LiveHandler } from '../../src/serve/index.js';
import { openEvents } from './event-source.js';
import { bearer, type Serving, send, serving, token, upgradeStatus } from './serving.js';

// How a service mounts the dashboard, in each framework. The service has a route of its own, and where it usually has one a body parser.

interface Mounted {
  readonly serve: (live: LiveHandler) => Server | Promise<Server>;
  /** Where the page is. */
  readonly base: string;
  readonly basePath?: string;
}

const mounted: Readonly<Record<string, Mounted>> = {
  'node:http': {
    base: '/live',
    serve: (live) =>
      createServer((request, response) => live.handler(request, response, () => response.end('own route'))),
  },
  'express, behind its body parser': { base: '/live', serve: (live) => withExpress(express, live) },
  'express 4, behind its body parser': { base: '/live', serve: (live) => withExpress(express4 as never, live) },
  'express, behind parsers of text and bytes': {
    base: '/live',
    serve(live) {
      const app = express();
      app.use(express.text({ type: '*/json' }), express.raw({ type: '*/*' }));
      app.use(live.handler);
      app.get('/own', (_request, response) => void response.send('own route'));
      return createServer(app);
    },
  },
  'express, below a prefix': {
    base: '/ops/live',
    serve(live) {
      const app = express();
      app.use('/ops', live.handler);
      app.get('/own', (_request, response) => void response.send('own route'));
      return createServer(app);
    },
  },
  'express, on its own path': {
    base: '/live',
    serve(live) {
      const app = express();
      app.use('/live', live.handler);
      app.get('/own', (_request, response) => void response.send('own route'));
      return createServer(app);
    },
  },
  'express, in a router of a router': {
    base: '/a/b/live',
    serve(live) {
      const app = express();
      const inner = express.Router();
      inner.use('/b', live.handler);
      app.use('/a', inner);
      app.get('/own', (_request, response) => void response.send('own route'));
      return createServer(app);
    },
  },
  fastify: { base: '/live', serve: (live) => withFastify(fastify(), live) },
  'fastify 4': { base: '/live', serve: (live) => withFastify(fastify4() as never, live) },
  'fastify, with its body parser': {
    base: '/ops/live',
    basePath: '/ops/live',
    async serve(live) {
      const app = fastify();
      app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
      app.all('/ops/live/*', (request, reply) => {
        reply.hijack();
        live.handler(Object.assign(request.raw, { body: request.body }), reply.raw);
      });
      app.all('/ops/live', (request, reply) => {
        reply.hijack();
        live.handler(request.raw, reply.raw);
      });
      app.get('/own', () => 'own route');
      await app.ready();
      return app.server;
    },
  },
  koa: { base: '/live', serve: (live) => withKoa(new Koa(), live) },
  'koa 2': { base: '/live', serve: (live) => withKoa(new Koa2() as Koa, live) },
  hono: {
    base: '/live',
    serve(live) {
      const app = new Hono<{ Bindings: HttpBindings }>();
      const answer = ({ env }: { readonly env: HttpBindings }): Response => {
        live.handler(env.incoming as IncomingMessage, env.outgoing as ServerResponse);
        return RESPONSE_ALREADY_SENT;
      };
      app.all('/live', answer);
      app.all('/live/*', answer);
      app.get('/own', (c) => c.text('own route'));
      return createServer(getRequestListener(app.fetch));
    },
  },
  'another base path': {
    base: '/internal/dash',
    basePath: '/internal/dash',
    serve: (live) =>
      createServer((request, response) => live.handler(request, response, () => response.end('own route'))),
  },
};

function withExpress(framework: typeof express, live: LiveHandler): Server {
  const app = framework();
  app.use(framework.json(), framework.urlencoded({ extended: true }));
  app.use(live.handler);
  app.get('/own', (_request, response) => void response.send('own route'));
  return createServer(app);
}

async function withFastify(app: FastifyInstance, live: LiveHandler): Promise<Server> {
  await app.register(
    async (scope) => {
      // The handler reads the body itself.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
      for (const path of ['/', '/*']) {
        scope.all(path, (request, reply) => {
          reply.hijack();
          live.handler(request.raw, reply.raw);
        });
      }
    },
    { prefix: '/live' },
  );
  app.get('/own', () => 'own route');
  await app.ready();
  return app.server;
}

function withKoa(app: Koa, live: LiveHandler): Server {
  app.use((ctx, next) => new Promise((resolve) => live.handler(ctx.req, ctx.res, () => resolve(next()))));
  app.use((ctx) => {
    ctx.body = 'own route';
  });
  return createServer(app.callback());
}

describe.each(Object.entries(mounted))('%s', (_name, { serve, base, basePath }) => {
  const start = async (): Promise<Serving & { readonly page: string }> => {
    const all = await serving({ serve, basePath, access: { token } });
    return { ...all, page: all.origin + base };
  };
  const json = { ...bearer, 'Content-Type': 'application/json' };

  test('the page, its login and its API are there, and the service is as before', async () => {
    const { origin, page } = await start();
    const own = await send(`${origin}/own`);
    expect(own).toMatchObject({ status: 200, text: 'own route' });
    expect(own.headers).not.toHaveProperty('content-security-policy');
    const moved = await send(page);
    expect(moved.status).toBe(303);
    expect(new URL(String(moved.headers.location), page).href).toBe(`${page}/`);
    const login = await send(`${page}/login?t=${token}`);
    expect(login.status).toBe(303);
    expect(new URL(String(login.headers.location), `${page}/login`).href).toBe(`${page}/`);
    const [cookie = ''] = login.headers['set-cookie'] ?? [];
    expect(cookie).not.toContain('Path='); // the folder of the login, as the browser sees it
    const headers = { Cookie: cookie.split(';')[0] ?? '' };
    expect((await send(`${page}/api/echo?a=1`, { headers })).json).toEqual({ path: 'echo', parameters: [['a', '1']] });
    expect((await send(`${page}/`, { headers })).text).toContain('npm run build');
    expect((await send(`${page}/nothing.js`, { headers })).status).toBe(404);
    expect((await send(`${page}/api/echo`, { headers: { ...headers, Host: 'evil.example' } })).status).toBe(421);
  });

  test('bodies arrive: form, GraphQL, watches, uploads', { timeout: 60_000 }, async () => {
    const { page, origin } = await start();
    const form = { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' };
    const login = await send(`${page}/login`, { method: 'POST', headers: form, body: `t=${token}&more=1` });
    expect(login.status).toBe(303);
    const query = await send(`${page}/graphql`, {
      method: 'POST',
      headers: json,
      body: '{"query":"{ topics { topic } }"}',
    });
    expect(query.json).toMatchObject({ data: { topics: expect.any(Array) } });
    const upload = { ...bearer, 'Content-Type': 'application/octet-stream' };
    const body = 'x'.repeat(50_000);
    const { json: got } = await send(`${page}/api/echo`, { method: 'POST', headers: upload, body });
    expect((got as { body: string }).body).toHaveLength(50_000);
  });

  test('streams arrive as they are sent', async () => {
    const { page, broadcaster, live } = await start();
    const stream = await openEvents(`${page}/stream`);
    const { data } = await stream.next();
    const watch = '{"watch":[{"id":"1","path":"echo","parameters":{}}]}';
    const { streamId } = data as { streamId: string };
    const answer = await send(`${page}/stream/${streamId}`, { method: 'POST', headers: json, body: watch });
    expect(answer.json).toEqual({ watching: 1 });
    expect(await stream.next()).toMatchObject({ event: 'view', data: { id: '1' } });
    const subscription = 'subscription { pubsubStream(topic: "events") { id } }';
    const messages = await openEvents(`${page}/graphql`, json, {
      method: 'POST',
      body: JSON.stringify({ query: subscription }),
    });
    expect(messages.status).toBe(200);
    broadcaster.publish('events', { type: 'A' });
    expect(await messages.next()).toMatchObject({
      event: 'next',
      data: { data: { pubsubStream: { id: 'boot:100' } } },
    });
    stream.close();
    messages.close();
    await expect.poll(() => live.viewers.count).toBe(0);
  });

  test('WebSockets are taken over', async () => {
    const { port } = await start();
    expect(await upgradeStatus(port, `${base}/graphql`, bearer)).toContain(' 101 ');
    expect(await upgradeStatus(port, `${base}/graphql`, {})).toContain(' 401 ');
  });
});

test('a body that was read and thrown away is reported, with the remedy', async () => {
  const { origin } = await serving({
    serve: (live) =>
      createServer((request, response) => {
        request.resume().once('end', () => live.handler(request, response));
      }),
  });
  const headers = { ...bearer, 'Content-Type': 'application/json' };
  const answer = await send(`${origin}/live/graphql`, { method: 'POST', headers, body: '{}' });
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('Mount the handler before the body parser');
});

test('a middleware that compresses does not hold events back', async () => {
  let flushed = 0;
  const { origin } = await serving({
    serve: (live) =>
      createServer((request, response) => {
        live.handler(request, Object.assign(response, { flush: () => void flushed++ }));
      }),
  });
  const { response, next } = await openEvents(`${origin}/live/stream`);
  await next();
  expect(response.headers['cache-control']).toContain('no-transform');
  expect(flushed).toBe(1);
});

test('over HTTP/2 everything is the same', async () => {
  const all = await serving({
    serve: (live) =>
      createHttp2Server((request, response) => live.handler(request as never, response as never)) as never,
  });
  const session = connect(all.origin);
  const requested = async (headers: Record<string, string>): Promise<{ status: unknown; text: string }> => {
    const stream = session.request(headers);
    const [got] = (await once(stream, 'response')) as [Record<string, unknown>];
    return { status: got[':status'], text: await text(stream) };
  };
  const path = '/live/api/echo';
  expect(await requested({ ':path': path, authorization: `Bearer ${token}` })).toMatchObject({ status: 200 });
  expect(
    await requested({ ':path': path, authorization: `Bearer ${token}`, ':authority': 'evil.example' }),
  ).toMatchObject({
    status: 421,
  });
  expect(await requested({ ':path': path })).toMatchObject({ status: 401 });
  session.destroy();
});
