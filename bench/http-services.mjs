// Services that answer GET /items/:id with "hello", each set up as the documentation of its telemetry says: spans and metrics to a
// collector, a line per request, everything on.

import { createRequire } from 'node:module';

/**
 * @typedef {'node:http' | 'express' | 'fastify'} Framework
 * @typedef {'nothing' | 'sightline' | 'sightline without spans' | 'opentelemetry'} Telemetry
 * @typedef {object} Service
 * @property {import('node:http').Server} server
 * @property {() => Promise<unknown>} flush sends the spans that wait; metrics go out at their interval, once a minute
 */

/** @returns {Promise<Service>} */
export async function startService(
  /** @type {Framework} */ framework,
  /** @type {Telemetry} */ telemetry,
  /** @type {string} */ collector,
) {
  if (telemetry === 'opentelemetry') return theirs(framework, collector);
  return telemetry === 'nothing' ? bare(framework) : ours(framework, collector, telemetry === 'sightline');
}

const require = createRequire(import.meta.url);
const lineStream = () => require('pino').destination({ dest: '/dev/null', sync: true });

/** @type {import('node:http').RequestListener} */
function answer(_request, response) {
  response.setHeader('content-type', 'text/plain');
  response.end('hello');
}

/** @returns {Promise<Service>} */
async function bare(/** @type {Framework} */ framework) {
  const { createServer } = require('node:http');
  const flush = async () => {};
  if (framework === 'node:http') return { server: createServer(answer), flush };
  if (framework === 'express') return { server: createServer(expressApp(() => {})), flush };
  return { server: await fastifyServer(async () => {}), flush };
}

/** @returns {Promise<Service>} */
async function ours(
  /** @type {Framework} */ framework,
  /** @type {string} */ collector,
  /** @type {boolean} */ hasSpans,
) {
  const { createObservability } = await import('@sightline/sdk');
  const obs = createObservability({
    serviceName: 'bench',
    backend: 'otel',
    otel: { url: `${collector}/v1/metrics` },
    tracing: hasSpans && { url: `${collector}/v1/traces` },
    logger: { destination: lineStream() },
    logsStart: false,
    signals: false,
    env: {},
  });
  await obs.ready;
  const flush = () => obs.tracing.flush();
  const { createServer } = require('node:http');
  if (framework === 'node:http') {
    const { instrumentHandler } = await import('@sightline/http/node');
    return { server: createServer(instrumentHandler(obs, answer, { routeOf: () => '/items/:id' })), flush };
  }
  if (framework === 'express') {
    const { expressMiddleware } = await import('@sightline/http/express');
    return { server: createServer(expressApp((app) => app.use(expressMiddleware(obs)))), flush };
  }
  const { fastifyPlugin } = await import('@sightline/http/fastify');
  return { server: await fastifyServer((app) => app.register(fastifyPlugin(obs))), flush };
}

/** @returns {Promise<Service>} */
async function theirs(/** @type {Framework} */ framework, /** @type {string} */ collector) {
  const { NodeSDK } = require('@opentelemetry/sdk-node');
  const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
  const { OTLPMetricExporter } = require('@opentelemetry/exporter-metrics-otlp-proto');
  const { PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
  const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
  const instrumentations = [new HttpInstrumentation()];
  if (framework === 'express') {
    const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
    instrumentations.push(new ExpressInstrumentation());
  }
  if (framework === 'fastify') {
    const { FastifyOtelInstrumentation } = require('@fastify/otel');
    instrumentations.push(new FastifyOtelInstrumentation({ registerOnInitialization: true }));
  }
  const sdk = new NodeSDK({
    serviceName: 'bench',
    traceExporter: new OTLPTraceExporter({ url: `${collector}/v1/traces` }),
    metricReaders: [
      new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: `${collector}/v1/metrics` }) }),
    ],
    instrumentations,
  });
  sdk.start();
  const { trace } = require('@opentelemetry/api');
  const flush = () => trace.getTracerProvider().getDelegate().forceFlush();
  const log = require('pino-http')({}, lineStream());
  // Instrumentations patch what is required after them.
  const { createServer } = require('node:http');
  if (framework === 'node:http') {
    const logged = (/** @type {any} */ request, /** @type {any} */ response) => {
      log(request, response);
      answer(request, response);
    };
    return { server: createServer(logged), flush };
  }
  if (framework === 'express') return { server: createServer(expressApp((app) => app.use(log))), flush };
  const server = await fastifyServer(async (app) => {
    app.addHook('onRequest', (/** @type {any} */ request, /** @type {any} */ reply, /** @type {() => void} */ done) => {
      log(request.raw, reply.raw);
      done();
    });
  });
  return { server, flush };
}

function expressApp(/** @type {(app: any) => void} */ use) {
  const app = require('express')();
  use(app);
  app.get('/items/:id', (/** @type {any} */ _request, /** @type {any} */ response) => {
    response.type('text/plain').send('hello');
  });
  return app;
}

async function fastifyServer(/** @type {(app: any) => PromiseLike<unknown>} */ use) {
  const app = require('fastify')();
  await use(app);
  app.get('/items/:id', (/** @type {any} */ _request, /** @type {any} */ reply) => {
    reply.type('text/plain').send('hello');
  });
  await app.ready();
  return app.server;
}
