import { nodeBinary, nodeVersions } from './node-versions.mjs';
import { makeProject, npmInstall, run } from './project.mjs';

/** The oldest and newest supported frameworks. */
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
    'pino@9.0.0',
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
    'pino@9',
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
    'pino@10',
  ],
};

/** OpenTelemetry's packages in a service. */
const openTelemetry = [
  '@opentelemetry/api@^1.9.0',
  '@opentelemetry/sdk-node@0.223.0',
  '@opentelemetry/sdk-trace@2.12.0',
  '@opentelemetry/exporter-trace-otlp-http@0.223.0',
];

const service = `
const assert = require('node:assert');
const { once } = require('node:events');
const { createServer } = require('node:http');
const { connect } = require('node:net');
const { createObservability, serverlessHandler } = require('@sightline/sdk');

const lines = [];
const obs = createObservability({
  serviceName: 'service',
  tracing: { exporter: 'none' },
  logger: { destination: { write: (line) => lines.push(line) } },
  http: false,
  defaults: { backend: 'none' },
});

// As proxies answer: a list of names and values, some of them twice.
function answerRaw(response) {
  response.writeHead(201, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Case', 'Kept', 'Content-Length', '3']);
  response.end('raw');
}

const servers = {
  express: async (isObserved) => {
    const app = require('express')();
    if (isObserved) app.use(require('@sightline/http/express').expressMiddleware(obs));
    app.get('/items/:id', (request, response) => response.json({ id: request.params.id }));
    app.get('/raw', (_request, response) => answerRaw(response));
    if (isObserved) app.use(require('@sightline/http/express').expressErrorMiddleware());
    return listening(createServer(app));
  },
  fastify: async (isObserved) => {
    const app = require('fastify')({ forceCloseConnections: true });
    if (isObserved) await app.register(require('@sightline/http/fastify').fastifyPlugin(obs));
    app.get('/items/:id', async (request) => ({ id: request.params.id }));
    app.get('/raw', (_request, reply) => {
      reply.hijack();
      answerRaw(reply.raw);
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { url: 'http://127.0.0.1:' + app.server.address().port, close: () => app.close() };
  },
  koa: async (isObserved) => {
    const Koa = require('koa');
    const Router = require('@koa/router');
    const app = new Koa();
    if (isObserved) app.use(require('@sightline/http/koa').koaMiddleware(obs));
    const router = new (Router.default ?? Router)();
    router.get('/items/:id', (ctx) => {
      ctx.body = { id: ctx.params.id };
    });
    router.get('/raw', (ctx) => {
      ctx.respond = false;
      answerRaw(ctx.res);
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
  'nest on express': (isObserved) => nest(isObserved, async () => undefined),
  'nest on fastify': (isObserved) => nest(isObserved, async () => new (require('@nestjs/platform-fastify').FastifyAdapter)()),
};

async function nest(isObserved, adapterOf) {
  require('reflect-metadata');
  const { Controller, Get, Module, Param, Res } = require('@nestjs/common');
  const { NestFactory } = require('@nestjs/core');
  const { SightlineModule } = require('@sightline/http/nest');
  class Items {
    item(id) {
      return { id };
    }
    raw(response) {
      response.hijack?.();
      answerRaw(response.raw ?? response);
    }
  }
  Controller()(Items);
  Get('items/:id')(Items.prototype, 'item', Object.getOwnPropertyDescriptor(Items.prototype, 'item'));
  Param('id')(Items.prototype, 'item', 0);
  Get('raw')(Items.prototype, 'raw', Object.getOwnPropertyDescriptor(Items.prototype, 'raw'));
  Res()(Items.prototype, 'raw', 0);
  class App {}
  Module({ imports: isObserved ? [SightlineModule.forRoot(obs)] : [], controllers: [Items] })(App);
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

/** The sent bytes, without the time and our headers. */
async function sentBytes(url, path) {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.end('GET ' + path + ' HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n');
  let text = '';
  for await (const chunk of socket.setEncoding('latin1')) text += chunk;
  return text.replace(/^(date|x-trace-id|x-request-id|x-correlation-id): .*\\r\\n/gim, '');
}

async function lambda() {
  const context = { awsRequestId: 'aws-1', functionName: 'orders', getRemainingTimeInMillis: () => 30000 };
  const event = { version: '2.0', routeKey: 'GET /items/{id}', rawPath: '/items/7', headers: {}, requestContext: { http: { method: 'GET', path: '/items/7' }, stage: 'prod' } };
  const web = serverlessHandler(obs, async (given) => ({ statusCode: 200, body: given.rawPath }));
  assert.deepStrictEqual(await web(event, context), { statusCode: 200, body: '/items/7' });
  const Records = ['1', '2'].map((messageId) => ({ messageId, body: '{}', attributes: {}, messageAttributes: {}, eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:eu:1:orders' }));
  const failures = { batchItemFailures: [{ itemIdentifier: '2' }] };
  assert.deepStrictEqual(await serverlessHandler(obs, async () => failures)({ Records }, context), failures);
  lines.length = 0;
  const error = new Error('handler failed');
  await assert.rejects(serverlessHandler(obs, async () => Promise.reject(error))(event, context), error);
  assert.ok(lines.some((line) => line.includes('handler failed') && line.includes('aws-1')), 'no line of the failure: ' + lines);
  console.log('lambda');
}

// The engine that is loaded from what the service has installed.
async function onOpenTelemetry() {
  const other = createObservability({
    serviceName: 'other',
    tracing: { engine: 'opentelemetry', exporter: 'none', isGlobal: false },
    logger: { destination: { write() {} } },
    http: false,
    defaults: { backend: 'none' },
  });
  assert.strictEqual(other.tracing.tracer.startSpan('a').constructor.name, 'SpanImpl');
  await other.shutdown();
  console.log('OpenTelemetry');
}

async function main() {
  // One pino for the service and for us.
  assert.strictEqual(obs.logger.version, require('pino').version);
  console.log('pino ' + obs.logger.version);
  for (const [name, start] of Object.entries(servers)) {
    const [plain, observed] = [await start(false), await start(true)];
    for (const path of plain.url === undefined ? [] : ['/raw', '/items/7', '/missing']) {
      const [without, withUs] = [await sentBytes(plain.url, path), await sentBytes(observed.url, path)];
      assert.strictEqual(withUs, without, name + ' ' + path);
    }
    await plain.close();
    await observed.close();
    lines.length = 0;
    const running = await start(true);
    const { status, headers, body } = await (running.fetched?.() ?? requested(running.url));
    assert.deepStrictEqual({ status, body }, { status: 200, body: { id: '7' } }, name);
    assert.match(headers.get('x-trace-id') ?? '', /^[0-9a-f]{32}$/, name);
    await running.close();
    const { families } = obs.metrics.snapshot();
    assert.ok(JSON.stringify(families).includes('/items/:id'), name + ': no route in ' + JSON.stringify(families));
    assert.ok(lines.some((line) => line.includes('/items/:id')), name + ': no line with the route in ' + lines);
    console.log(name);
  }
  await lambda();
  await onOpenTelemetry();
  await obs.shutdown();
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
`;

function onOtherNodes(/** @type {string} */ project) {
  for (const version of nodeVersions) {
    const node = nodeBinary(version);
    const ran = run(project, node, ['service.js'], { LOG_LEVEL: 'info' });
    console.log(`Node.js ${run(project, node, ['--version']).trim()}: ${ran.trim().split('\n').join(', ')}`);
  }
}

/**
 * Services on each generation of the frameworks, installed by npm with strict peers, and on each line of Node.js: each adapter answers a request,
 * knows its route, and sends the same bytes with and without us but for our own headers. Lambda-style events, too.
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
    if (name === 'current') onOtherNodes(project);
  }
}
