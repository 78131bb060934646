// What an HTTP request costs a service that answers at once: read, handled and written by node:http over the loopback interface.

import { meterProvider } from '../peers.mjs';

/** @typedef {import('../measure.mjs').Case} Case */

/** @type {Case[]} */
export const cases = [
  {
    name: 'HTTP request with span, metrics and context, against a bare server',
    unit: 'ns',
    once: true,
    peers: {
      sightline: async () => requests(await observed()),
      'node:http': async () => requests(answer),
      opentelemetry: async () => requests(await instrumented()),
    },
  },
];

// Few at a time: what waits in a long pipeline outlives garbage collections, which real requests hardly do.
const batch = 10;
const batches = 500;

/** @typedef {import('node:http').RequestListener} Listener */

/** @type {Listener} */
function answer(_request, response) {
  response.setHeader('content-type', 'text/plain');
  response.end('hello');
}

async function observed() {
  const { createMetrics } = await import('@sightline/core');
  const { instrumentHandler } = await import('@sightline/http/node');
  const { alwaysOn, createSpans, headSampling, parentBased } = await import('@sightline/tracing');
  const { w3cPropagator } = await import('@sightline/tracing/propagation');
  const head = headSampling(parentBased(alwaysOn));
  const provider = await tracerProvider({ sampler: head.sampler, idGenerator: head.idGenerator });
  const spans = createSpans({ tracer: provider.getTracer('bench'), headSampling: head });
  const obs = { metrics: createMetrics({ backends: [] }), spans, propagator: w3cPropagator };
  return instrumentHandler(obs, answer, { routeOf: () => '/hello' });
}

async function instrumented() {
  const { createRequire } = await import('node:module');
  const { propagation } = await import('@opentelemetry/api');
  const { W3CTraceContextPropagator } = await import('@opentelemetry/core');
  const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const instrumentation = new HttpInstrumentation();
  instrumentation.setTracerProvider(await tracerProvider({}));
  instrumentation.setMeterProvider(await meterProvider());
  createRequire(import.meta.url)('node:http'); // which it patches when it is required
  return answer;
}

async function tracerProvider(/** @type {import('@opentelemetry/sdk-trace').TracerProviderOptions} */ options) {
  const { context } = await import('@opentelemetry/api');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { NoopSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace');
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  return new TracerProvider({ ...options, spanProcessors: [new NoopSpanProcessor()] });
}

/** Nanoseconds per request. A client that only writes and waits for the end, so that nearly all of it is the server. */
async function requests(/** @type {Listener} */ listener) {
  const { once } = await import('node:events');
  const { createServer } = await import('node:http');
  const { connect } = await import('node:net');
  const server = createServer(listener).listen(0, '127.0.0.1');
  server.keepAliveTimeout = 0; // the connection rests while the other peers have their rounds
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const head = 'GET /hello HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n';
  const traced = `${head}traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n`;
  const request = `${traced}\r\n`;
  const socket = connect(port, '127.0.0.1');
  process.once('disconnect', () => process.exit()); // the open connection would keep it for ever
  let received = 0;
  let awaited = Number.POSITIVE_INFINITY;
  let done = () => {};
  socket.on('data', ({ length }) => {
    received += length;
    if (received >= awaited) done();
  });
  const send = (/** @type {string} */ text, /** @type {number} */ bytes) =>
    new Promise((resolve) => {
      received = 0;
      awaited = bytes;
      done = () => resolve(undefined);
      socket.write(text);
    });
  await send(request, 1);
  const responseBytes = received; // each of the same length: the date and ids are
  return async () => {
    const start = performance.now();
    for (let i = 0; i < batches; i++) await send(request.repeat(batch), responseBytes * batch);
    return (1e6 * (performance.now() - start)) / (batch * batches);
  };
}
