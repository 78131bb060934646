import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { metrics as metricsApi } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { instrumentServer } from '@sightline/http';
import { fetch } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { otlpReceiver } from '../../../scripts/servers/otlp-receiver.js';
import { createObservability, type Observability, type ObservabilityOptions } from '../src/index.js';
import { collectedLog } from './collected-log.js';

const require = createRequire(import.meta.url);
const ends: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function observability(options: ObservabilityOptions = {}): Observability {
  const obs = createObservability({
    backend: 'none',
    env: {},
    signals: false,
    processMetrics: false,
    log: collectedLog(),
    ...options,
    tracing: options.tracing ?? { exporter: 'none' },
  });
  ends.push(() => obs.shutdown({ timeoutMs: 500 }));
  return obs;
}

/** Lines that the logger wrote. */
function destination() {
  const pieces: string[] = [];
  return { write: (line: string) => void pieces.push(line), lines: () => pieces.map((each) => JSON.parse(each)) };
}

function namesOf(obs: Observability): string[] {
  return obs.metrics.snapshot().families.map(({ name }) => name);
}

test('what real instrumentations measure reaches every backend', { timeout: 60_000 }, async () => {
  const receiver = await otlpReceiver();
  ends.push(() => receiver.stop());
  const datagrams: string[] = [];
  const statsd = createSocket('udp4').on('message', (message) => datagrams.push(message.toString()));
  statsd.bind(0, '127.0.0.1');
  await once(statsd, 'listening');
  ends.push(() => statsd.close());
  const out = destination();
  process.env['OTEL_SEMCONV_STABILITY_OPT_IN'] = 'http';
  ends.push(() => Reflect.deleteProperty(process.env, 'OTEL_SEMCONV_STABILITY_OPT_IN'));
  const obs = observability({
    backend: 'prometheus,otel,statsd,log',
    http: false,
    otel: { url: `${receiver.url}/v1/metrics`, protocol: 'http/json' },
    statsd: { url: `udp://127.0.0.1:${statsd.address().port}` },
    logger: { destination: out },
    tracing: {
      exporter: 'none',
      instrumentations: [new HttpInstrumentation(), [new UndiciInstrumentation(), new RuntimeNodeInstrumentation()]],
    },
  });
  await obs.ready;
  const { createServer } = require('node:http') as typeof import('node:http');
  const server = createServer((_request, response) => void response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const ended = new Promise((resolve) => server.on('request', (_request, response) => response.on('close', resolve)));
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a`)).text();
  await ended;

  const page = await pageOf(obs);
  expect(page).toMatch(
    /^http_server_request_duration_seconds_count\{http_request_method="GET",.*otel_scope_name="@opentelemetry\/instrumentation-http",otel_scope_version="[\d.]+"\} 1$/m,
  );
  expect(page).toMatch(
    /^http_client_request_duration_seconds_bucket\{.*http_response_status_code="200".*le="0.005"\} \d$/m,
  );
  expect(page).toMatch(/^nodejs_eventloop_delay_p50_seconds\{/m);
  expect(page).toMatch(/^v8js_memory_heap_used_bytes\{/m);

  await obs.shutdown();
  const otlp = receiver.requests.map(({ body }) => body.toString()).join('');
  expect(otlp).toContain('"name":"http.server.request.duration"');
  expect(otlp).toContain('"scope":{"name":"@opentelemetry/instrumentation-runtime-node"');
  expect(otlp).toContain('{"key":"http.response.status_code","value":{"intValue":"200"}}');
  await expect
    .poll(() => datagrams.join('\n'))
    .toMatch(/^http\.server\.request\.duration:[\d.:]+\|d\|#.*http\.request\.method:GET/m);
  const [metricsLine] = out.lines().filter((line) => JSON.stringify(line).includes('http.client.request.duration'));
  expect(metricsLine).toBeDefined();
});

test('requests that our middleware and an instrumentation measure are counted once, and a line says so', async () => {
  const log = collectedLog();
  const obs = observability({ log, tracing: { exporter: 'none' } });
  const { createServer } = require('node:http') as typeof import('node:http');
  instrumentServer(obs, createServer());
  const meter = metricsApi.getMeter('@opentelemetry/instrumentation-http');
  meter.createHistogram('http.server.request.duration', { unit: 's' }).record(0.1, { 'http.request.method': 'GET' });
  expect(log.warnings.join('\n')).toContain(
    'Metric "http.server.request.duration" of the meter "@opentelemetry/instrumentation-http" is left out',
  );
});

test('meters and loggers of modules go on after a restart', async () => {
  const first = observability();
  const meter = metricsApi.getMeter('module');
  const counter = meter.createCounter('work.done');
  const logger = logs.getLogger('module');
  counter.add(1);
  await first.shutdown();
  counter.add(10);
  expect(metricsApi.getMeterProvider()).not.toHaveProperty('collector');
  const out = destination();
  const second = observability({ logger: { destination: out, layout: 'pino' } });
  counter.add(2);
  logger.emit({ body: 'again' });
  const [family] = second.metrics.snapshot().families.filter(({ name }) => name === 'work.done');
  expect(family?.kind === 'counter' && [...family.values]).toEqual([2]);
  expect(out.lines()).toMatchObject([{ msg: 'again', name: 'module' }]);
});

test('a provider that is registered stays, and explain() says so', () => {
  const theirs = { getMeter: () => metricsApi.getMeter('x') } as never;
  metricsApi.setGlobalMeterProvider(theirs);
  ends.push(() => metricsApi.disable());
  const theirLogs = { getLogger: () => ({ emit() {}, enabled: () => false }) } as never;
  logs.setGlobalLoggerProvider(theirLogs);
  ends.push(() => logs.disable());
  const obs = observability();
  expect(metricsApi.getMeterProvider()).toBe(theirs);
  expect(logs.getLoggerProvider()).toBe(theirLogs);
  expect(obs.explain()).toContain('OpenTelemetry metrics: another MeterProvider is registered');
  expect(obs.explain()).toContain('OpenTelemetry logs: another LoggerProvider is registered');
});

test('what others registered meanwhile is not taken back', async () => {
  const obs = observability();
  metricsApi.disable();
  logs.disable();
  const theirs = { getMeter: () => undefined } as never;
  metricsApi.setGlobalMeterProvider(theirs);
  ends.push(() => metricsApi.disable());
  await obs.shutdown();
  expect(metricsApi.getMeterProvider()).toBe(theirs);
});

test.each([
  ['off in code', { openTelemetryApis: false }],
  ['not global', { tracing: { exporter: 'none', isGlobal: false } }],
  ['without tracing', { tracing: false }],
  ['on a provider of the service', { tracing: { engine: 'registered' } }],
  ['disabled', { env: { OTEL_SDK_DISABLED: 'true' } }],
] as const)('nothing is registered: %s', (_, options) => {
  observability(options);
  expect(metricsApi.getMeterProvider()).not.toHaveProperty('collector');
  expect(logs.getLoggerProvider()).not.toHaveProperty('logger');
});

test('on OpenTelemetry’s own engine they are served as well', async () => {
  const obs = observability({ tracing: { engine: 'opentelemetry', exporter: 'none' } });
  metricsApi.getMeter('m').createCounter('c').add(1);
  expect(namesOf(obs)).toContain('c');
  expect(obs.explain()).toContain('OpenTelemetry logs: arrive here');
});

test('each API can be switched off, and a wrong option is refused', () => {
  observability({ openTelemetryApis: { metrics: false } });
  expect(metricsApi.getMeterProvider()).not.toHaveProperty('collector');
  expect(logs.getLoggerProvider()).toHaveProperty('logger');
  expect(() => observability({ openTelemetryApis: { metric: true } as never })).toThrow(
    'openTelemetryApis has an unknown option "metric". Did you mean "metrics"?',
  );
});

test('a second observability leaves the first registered, and none is a problem', () => {
  const first = observability();
  const second = observability();
  metricsApi.getMeter('m').createCounter('c').add(1);
  expect(namesOf(first)).toContain('c');
  expect(namesOf(second)).not.toContain('c');
  expect(second.explain()).not.toContain('another MeterProvider');
});

test('instrumentations that were passed get the providers although another is registered; one that throws is reported', () => {
  metricsApi.setGlobalMeterProvider({ getMeter: () => undefined } as never);
  ends.push(() => metricsApi.disable());
  const got: unknown[] = [];
  const instrumentation = (setMeterProvider: (provider: unknown) => void) => ({
    instrumentationName: 'mine',
    setTracerProvider() {},
    setMeterProvider,
    setLoggerProvider: (provider: unknown) => void got.push(provider),
    enable() {},
    disable() {},
  });
  const log = collectedLog();
  const throws = instrumentation(() => {
    throw new Error('no');
  });
  observability({
    log,
    tracing: { exporter: 'none', instrumentations: [throws, [instrumentation((provider) => void got.push(provider))]] },
  });
  expect(got).toMatchObject([{ logger: {} }, { collector: {} }, { logger: {} }]);
  expect(log.warnings).toContain('[sdk] setMeterProvider of the instrumentation mine failed: no.');
});

test('lines of other pino loggers go to the collector once, and those of our own are not doubled', async () => {
  const receiver = await otlpReceiver();
  ends.push(() => receiver.stop());
  const instrumentation = new PinoInstrumentation();
  ends.push(() => instrumentation.disable());
  const out = destination();
  const obs = observability({
    logger: { destination: out, layout: 'pino' },
    otlpLogs: { url: `${receiver.url}/v1/logs`, protocol: 'http/json' },
    tracing: { exporter: 'none', instrumentations: [instrumentation] },
  });
  const pino = require('pino') as typeof import('pino');
  const theirs = destination();
  pino.pino({ base: null }, theirs).warn({ a: 1 }, 'theirs');
  obs.logger.info('ours');
  await obs.flush();
  expect(theirs.lines()).toMatchObject([{ msg: 'theirs' }]);
  expect(out.lines()).toMatchObject([{ msg: 'ours' }]);
  const bodies = receiver.requests.flatMap(({ body }) =>
    JSON.parse(body.toString()).resourceLogs.flatMap((each: { scopeLogs: never[] }) =>
      each.scopeLogs.flatMap((scope: { logRecords: Array<{ body: { stringValue: string } }> }) =>
        scope.logRecords.map((record) => record.body.stringValue),
      ),
    ),
  );
  expect(bodies.sort()).toEqual(['ours', 'theirs']);
});

async function pageOf(obs: Observability): Promise<string> {
  const chunks: string[] = [];
  await new Promise<void>((resolve) => {
    const { createServer, request } = require('node:http') as typeof import('node:http');
    const server = createServer((req: IncomingMessage, res: ServerResponse) => void obs.handler(req, res));
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      request({ port, host: '127.0.0.1', path: '/metrics' }, (response) => {
        response.on('data', (chunk) => chunks.push(String(chunk)));
        response.on('end', () => server.close(() => resolve()));
        response.on('end', () => server.closeAllConnections());
      }).end();
    });
  });
  return chunks.join('');
}
