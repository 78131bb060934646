import { makeProject, npmInstall, run } from './project.mjs';

/** The frameworks of a service, as old and as new as the adapters are for. */
const generations = {
  oldest: [
    'express@4.17.3',
    'fastify@4.10.2',
    'koa@2.13.4',
    '@koa/router@12.0.2',
    'hono@4.0.10',
    'nest@10.0.5',
    'rxjs@7.8.2',
    'reflect-metadata@0.1.13',
    'pino-pretty@10.3.1',
  ],
  former: [
    'express@4',
    'fastify@4',
    'koa@2',
    '@koa/router@13',
    'hono@4',
    'nest@10',
    'rxjs@7',
    'reflect-metadata@0.2',
    'pino-pretty@11',
  ],
  current: [
    'express@5',
    'fastify@5',
    'koa@3',
    '@koa/router@15',
    'hono@4',
    'nest@11',
    'rxjs@7',
    'reflect-metadata@0.2',
    'pino-pretty@13',
  ],
};

/** What a service of OpenTelemetry's own world has beside us. */
const openTelemetry = [
  '@opentelemetry/api@^1.9.0',
  '@opentelemetry/sdk-node@0.223.0',
  '@opentelemetry/sdk-trace@2.12.0',
];

const service = `
const assert = require('node:assert');
const { once } = require('node:events');
const { createServer } = require('node:http');
const { createObservability } = require('@sightline/sdk');

const lines = [];
const obs = createObservability({
  serviceName: 'service',
  tracing: { exporter: 'none' },
  logger: { destination: { write: (line) => lines.push(line) } },
  http: false,
  defaults: { backend: 'none' },
});

const servers = {
  express: async () => {
    const app = require('express')();
    app.use(require('@sightline/http/express').expressMiddleware(obs));
    app.get('/items/:id', (request, response) => response.json({ id: request.params.id }));
    app.use(require('@sightline/http/express').expressErrorMiddleware());
    return listening(createServer(app));
  },
  fastify: async () => {
    const app = require('fastify')({ forceCloseConnections: true });
    await app.register(require('@sightline/http/fastify').fastifyPlugin(obs));
    app.get('/items/:id', async (request) => ({ id: request.params.id }));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { url: 'http://127.0.0.1:' + app.server.address().port, close: () => app.close() };
  },
  koa: async () => {
    const Koa = require('koa');
    const Router = require('@koa/router');
    const app = new Koa();
    app.use(require('@sightline/http/koa').koaMiddleware(obs));
    const router = new (Router.default ?? Router)();
    router.get('/items/:id', (ctx) => {
      ctx.body = { id: ctx.params.id };
    });
    app.use(router.routes());
    return listening(createServer(app.callback()));
  },
  hono: async () => {
    const { Hono } = require('hono');
    const { honoMiddleware } = require('@sightline/http/hono');
    const app = new Hono();
    app.use('*', honoMiddleware(obs));
    app.get('/items/:id', (c) => c.json({ id: c.req.param('id') }));
    const fetched = async () => {
      const response = await app.request('/items/7');
      return { status: response.status, headers: response.headers, body: await response.json() };
    };
    return { fetched, close: async () => {} };
  },
  'nest on express': () => nest(async () => undefined),
  'nest on fastify': () => nest(async () => new (require('@nestjs/platform-fastify').FastifyAdapter)()),
};

async function nest(adapterOf) {
  require('reflect-metadata');
  const { Controller, Get, Module, Param } = require('@nestjs/common');
  const { NestFactory } = require('@nestjs/core');
  const { SightlineModule } = require('@sightline/http/nest');
  class Items {
    item(id) {
      return { id };
    }
  }
  Controller('items')(Items);
  Get(':id')(Items.prototype, 'item', Object.getOwnPropertyDescriptor(Items.prototype, 'item'));
  Param('id')(Items.prototype, 'item', 0);
  class App {}
  Module({ imports: [SightlineModule.forRoot(obs)], controllers: [Items] })(App);
  const adapter = await adapterOf();
  const app = await NestFactory.create(App, ...(adapter === undefined ? [] : [adapter]), { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  return { url: 'http://127.0.0.1:' + app.getHttpServer().address().port, close: () => app.close() };
}

async function listening(server) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: 'http://127.0.0.1:' + server.address().port,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

async function requested(url) {
  const response = await fetch(url + '/items/7', { headers: { connection: 'close' } });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function main() {
  for (const [name, start] of Object.entries(servers)) {
    lines.length = 0;
    const running = await start();
    const { status, headers, body } = await (running.fetched?.() ?? requested(running.url));
    assert.deepStrictEqual({ status, body }, { status: 200, body: { id: '7' } }, name);
    assert.match(headers.get('x-trace-id') ?? '', /^[0-9a-f]{32}$/, name);
    await running.close();
    const { families } = obs.metrics.snapshot();
    assert.ok(JSON.stringify(families).includes('/items/:id'), name + ': no route in ' + JSON.stringify(families));
    assert.ok(lines.some((line) => line.includes('/items/:id')), name + ': no line with the route in ' + lines);
    console.log(name);
  }
  await obs.shutdown();
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
`;

/**
 * Services on each generation of the frameworks, installed by npm with strict peers: each adapter answers a request and knows its route.
 * @param {import('./project.mjs').Packed[]} packed
 */
export function peerVersions(packed) {
  const tarballs = packed.map(({ tarball }) => tarball);
  for (const [name, frameworks] of Object.entries(generations)) {
    const project = makeProject(`peers-${name}`, {
      'package.json': { name: 'service', version: '1.0.0', private: true },
      '.npmrc': 'strict-peer-deps=true\n',
      'service.js': service,
    });
    const nest = ['common', 'core', 'platform-express', 'platform-fastify'];
    const specifiers = frameworks.flatMap((each) =>
      each.startsWith('nest@') ? nest.map((part) => each.replace('nest', `@nestjs/${part}`)) : [each],
    );
    npmInstall(project, [...tarballs, ...specifiers, ...openTelemetry]);
    const ran = run(project, process.execPath, ['service.js'], { LOG_LEVEL: 'info' });
    console.log(`${name} frameworks: ${ran.trim().split('\n').join(', ')}`);
  }
}
