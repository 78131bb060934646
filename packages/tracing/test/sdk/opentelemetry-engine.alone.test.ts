import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { createMetrics } from '@sightline/core';
import { fakeClock } from '@sightline/testing';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { answers, type OtlpReceiver, otlpReceiver } from '../../../../scripts/servers/otlp-receiver.js';
import { openTelemetryPackages } from '../../src/sdk/engine/opentelemetry-packages.js';
import { startTracing, type Tracing, type TracingOptions } from '../../src/sdk/index.js';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '../../src/tracer/index.js';

const ends: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function start(options: TracingOptions = {}): Tracing & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (_fields: object, message: string): void => void lines.push(message);
  const log = { info: write, warn: write, error: write };
  const tracing = startTracing({ engine: 'opentelemetry', env: {}, log, drainsAtExit: false, ...options });
  ends.push(() => tracing.shutdown({ timeoutMs: 200 }));
  return Object.assign(tracing, { lines });
}

async function receiver(): Promise<OtlpReceiver & { readonly traces: string }> {
  const started = await otlpReceiver();
  ends.push(() => started.stop());
  return Object.assign(started, { traces: `${started.url}/v1/traces` });
}

function setVariables(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
  onTestFinished(() => {
    for (const name of Object.keys(variables)) delete process.env[name];
  });
}

test('the variable chooses it, and explain() names it', { timeout: 60_000 }, () => {
  const { explain } = start({
    engine: undefined,
    env: { SIGHTLINE_TRACING_ENGINE: 'opentelemetry' },
    exporter: 'none',
  });
  expect(explain()).toContain('tracing.engine = "opentelemetry" (environment: SIGHTLINE_TRACING_ENGINE)');
  expect(explain()).toMatch(/running on OpenTelemetry’s SDK \(@opentelemetry\/sdk-node 0\.2\d+\.\d+\); .* is this one/);
});

test('spans are those of OpenTelemetry’s SDK, sent by its exporter', async () => {
  const collector = await receiver();
  const { tracer, flush } = start({ url: collector.traces, serviceName: 'orders' });
  const span = tracer.startSpan('a');
  expect(span.constructor.name).toBe('SpanImpl');
  span.end();
  expect(await flush()).toEqual({ exported: 1, dropped: 0, pending: 0 });
  expect(collector.requests[0]?.headers['user-agent']).toContain('OTel-OTLP-Exporter-JavaScript');
  expect(collector.resource).toMatchObject({ 'service.name': 'orders', 'telemetry.sdk.name': 'opentelemetry' });
});

/** The collector keeps its next request until it is to answer. */
function waiting(collector: OtlpReceiver): { readonly asked: Promise<void>; answer(): void } {
  let answer = (): void => {};
  const asked = new Promise<void>((resolve) => {
    collector.behave((_request, response, take) => {
      answer = () => {
        take();
        response.end('{}');
      };
      resolve();
    });
  });
  return { asked, answer: () => answer() };
}

describe('The environment', () => {
  test('is not read a second time by OpenTelemetry’s packages, and stays as it is', async () => {
    const collector = await receiver();
    const variables = {
      OTEL_EXPORTER_OTLP_HEADERS: 'x-from-environment=1',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_SDK_DISABLED: 'true',
      OTEL_RESOURCE_ATTRIBUTES: 'team.name=other',
    };
    setVariables(variables);
    const { spans, flush } = start({ url: collector.traces, headers: { 'x-from-code': '1' } });
    spans.span('a', { attributes: { a: 1, b: 2 } }, () => {});
    expect(await flush()).toMatchObject({ exported: 1 });
    expect(collector.requests[0]?.headers).toMatchObject({ 'x-from-code': '1' });
    expect(collector.requests[0]?.headers).not.toHaveProperty('x-from-environment');
    expect(collector.requests[0]?.headers).not.toHaveProperty('content-encoding');
    expect(collector.spans[0]?.attributes).toHaveLength(2);
    expect(collector.resource).not.toHaveProperty('team.name');
    expect(process.env).toMatchObject(variables);
  });

  test('starts no exporters of metrics and logs', () => {
    setVariables({ OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'otlp' });
    start({ exporter: 'none' });
    expect(metrics.getMeterProvider().constructor.name).toBe('NoopMeterProvider');
    expect(Reflect.get(globalThis, Symbol.for('io.opentelemetry.js.api.logs'))).toBeUndefined();
  });
});

test('with isGlobal: false it registers nothing', () => {
  const { tracer } = start({ exporter: 'none', isGlobal: false });
  expect(tracer.startSpan('a').isRecording()).toBe(true);
  expect(trace.getTracer('library').startSpan('a').isRecording()).toBe(false);
  expect(propagation.fields()).toEqual([]);
});

test('two of them in one process have their own spans', async () => {
  const [one, two] = [await receiver(), await receiver()];
  const first = start({ url: one.traces });
  const second = start({ url: two.traces });
  first.spans.span('first', () => {});
  second.spans.span('second', () => {});
  await Promise.all([first.flush(), second.flush()]);
  expect([...one.spans, ...two.spans].map(({ name }) => name)).toEqual(['first', 'second']);
});

test.each([
  ['http/protobuf', 'and not http/protobuf: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json'],
  ['grpc', 'such as http://collector:4318/v1/traces, and not grpc'],
] as const)('protocol %s is answered with what it does instead', (protocol, message) => {
  const { lines, problems } = start({ protocol });
  expect(lines).toEqual([expect.stringContaining('sends JSON over HTTP')]);
  expect(problems).toEqual([expect.stringContaining(message)]);
});

test('without a protocol it is JSON over HTTP, without a word', () => {
  const { lines, explain } = start({ isGlobal: false });
  expect(lines).toEqual([]);
  expect(explain()).toContain('tracing.protocol = "http/json" (default)');
  expect(explain()).toContain('tracing.url = "http://localhost:4318/v1/traces" (default)');
});

describe('What any code sets on a span is cleaned:', () => {
  test('first attributes, also for the sampler; links, events, later attributes, those of processors and samplers', async () => {
    const collector = await receiver();
    const asked: object[] = [];
    const { provider, flush } = start({
      url: collector.traces,
      attributeValueLengthLimit: 20,
      sampler: {
        shouldSample(_context, _traceId, _name, _kind, attributes) {
          asked.push({ ...attributes }); // the SDK adds the sampler's
          return { decision: 2, attributes: { 'sampler.token': 's3cret' } };
        },
        toString: () => 'asked',
      },
      spanProcessors: [
        {
          onStart: (span) => span.setAttribute('processor.password', 's3cret'),
          onEnd() {},
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    const span = provider.getTracer('library').startSpan('a', {
      attributes: { 'db.password': 's3cret', long: 'x'.repeat(100) },
      links: [
        {
          context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 },
          attributes: { token: 's3cret' },
        },
      ],
    });
    span.setAttribute('api_key', 's3cret').addEvent('e', { secret: 's3cret' }).end();
    await flush();
    expect(asked).toEqual([{ 'db.password': '[redacted]', long: expect.stringMatching(/^x{1,19}…?/) }]);
    const body = collector.requests[0]?.body.toString() ?? '';
    expect(body).not.toContain('s3cret');
    expect(body.match(/\[redacted\]/g)).toHaveLength(6);
    expect(body).not.toContain('x'.repeat(21));
  });
});

describe('Losses', () => {
  test('of a full queue are counted to the span', async () => {
    const collector = await receiver();
    const registry = createMetrics();
    const { tracer, flush, stats } = start({
      url: collector.traces,
      maxQueueSize: 10,
      maxBatchSize: 10,
      metrics: registry,
    });
    const { asked, answer } = waiting(collector);
    for (let i = 0; i < 10; i++) tracer.startSpan('sent').end();
    await asked;
    for (let i = 0; i < 25; i++) tracer.startSpan('waits').end();
    expect(stats()).toMatchObject({ exported: 0, pending: 20, dropped: 15, lost: { queue_full: 15 } });
    collector.behave((_request, response, take) => {
      take();
      response.end('{}');
    });
    answer();
    expect(await flush()).toEqual({ exported: 20, dropped: 0, pending: 0 });
    expect(collector.spans).toHaveLength(20);
    const lost = registry.snapshot().families.find(({ name }) => name === 'sightline_otlp_lost_total');
    expect(JSON.stringify(lost)).toContain('15');
  });

  test('of spans that are too large to wait are counted: all together have at most 32 MiB', async () => {
    const exporter: SpanExporter = { export() {}, shutdown: async () => {} };
    const enlarging: SpanProcessor = {
      onStart() {},
      onEnd(span: ReadableSpan) {
        span.attributes['text'] = 'x'.repeat(1_000_000);
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const { tracer, stats } = start({ exporter, spanProcessors: [enlarging] });
    for (let i = 0; i < 100; i++) tracer.startSpan('large').end();
    const { pending, lost } = stats();
    expect(pending + lost.queue_full).toBe(100);
    expect(pending).toBeLessThanOrEqual(33);
    expect(pending).toBeGreaterThan(10);
  });

  test('flush waits for a request that was in flight before', async () => {
    const collector = await receiver();
    const { tracer, flush } = start({ url: collector.traces, maxBatchSize: 1 });
    const { asked, answer } = waiting(collector);
    tracer.startSpan('in flight').end();
    await asked;
    const flushing = flush();
    answer();
    expect(await flushing).toEqual({ exported: 1, dropped: 0, pending: 0 });
  });

  test('of a batch that cannot be encoded are its spans, counted', async () => {
    const collector = await receiver();
    const { tracer, flush, lines } = start({ url: collector.traces });
    tracer.startSpan('good').end();
    // Its exporter cannot read it any more when it encodes the batch.
    const bad = tracer.startSpan('bad');
    bad.end();
    Object.defineProperty(bad, 'name', {
      get() {
        throw new Error('no name');
      },
    });
    expect(await flush()).toEqual({ exported: 0, dropped: 2, pending: 0 });
    expect(lines).toEqual([expect.stringContaining('The collector refused 2 spans: no name')]);
    tracer.startSpan('next').end();
    expect(await flush()).toMatchObject({ exported: 1 });
  });

  test('at a shutdown with a dead collector are counted, within its time, in one line', async () => {
    const collector = await receiver();
    await collector.stop();
    const clock = fakeClock();
    const { tracer, shutdown, stats, lines } = start({ url: collector.traces, clock });
    tracer.startSpan('a').end();
    const ending = shutdown({ timeoutMs: 100 });
    await clock.advanceAsync(100);
    expect(await ending).toEqual({ exported: 0, dropped: 1, pending: 0 });
    expect(stats()).toMatchObject({ pending: 0, lost: { unsent: 1 } });
    expect(lines).toEqual(['[tracing] 1 spans could not be delivered before shutdown.']);
  });

  test('of an exporter that never answers are unconfirmed after its time', async () => {
    const clock = fakeClock();
    const exporter: SpanExporter = { export() {}, shutdown: () => new Promise(() => {}) };
    const { tracer, flush, lines } = start({ exporter, clock, timeoutMs: 1000 });
    tracer.startSpan('a').end();
    const flushing = flush({ timeoutMs: 10_000 });
    await clock.advanceAsync(1500);
    expect(await flushing).toEqual({ exported: 0, dropped: 1, pending: 0 });
    expect(lines).toEqual([expect.stringContaining('did not answer within 1000 ms')]);
  });

  test('an answer after the shutdown is counted no second time', async () => {
    const clock = fakeClock();
    let answer = (): void => {};
    const exporter: SpanExporter = {
      export(_spans: ReadableSpan[], done) {
        answer = () => done({ code: 0 });
      },
      shutdown: async () => {},
    };
    const { tracer, shutdown, stats } = start({ exporter, clock });
    tracer.startSpan('a').end();
    const ending = shutdown({ timeoutMs: 100 });
    await clock.advanceAsync(100);
    await ending;
    answer();
    expect(stats()).toMatchObject({ exported: 0, pending: 0, dropped: 1 });
  });

  test('an outage costs a line when it begins and one when it ends', async () => {
    const collector = await receiver();
    const { tracer, flush, lines } = start({ url: collector.traces });
    collector.behave(answers(400));
    for (let i = 0; i < 3; i++) {
      tracer.startSpan('a').end();
      await flush();
    }
    collector.behave((_request, response) => void response.end('{}'));
    tracer.startSpan('a').end();
    await flush();
    expect(lines).toEqual([
      expect.stringContaining('Sending spans failed: The collector refused 1 spans'),
      expect.stringMatching(/works again after \d+ s\. Lost spans: 3 refused\./),
    ]);
  });
});

test('a certificate that cannot be read rejects `ready`, and each export says why', async () => {
  const { ready, tracer, flush, lines } = start({
    url: 'https://127.0.0.1:1/v1/traces',
    caFile: '/does/not/exist.pem',
  });
  await expect(ready).rejects.toThrow('caFile cannot be read');
  tracer.startSpan('a').end();
  expect(await flush()).toEqual({ exported: 0, dropped: 1, pending: 0 });
  expect(lines).toEqual([expect.stringContaining('caFile cannot be read')]);
});

test('exports are not traced and belong to no request of the service', async () => {
  const seen: unknown[] = [];
  const exporter: SpanExporter = {
    export(_spans: ReadableSpan[], done) {
      seen.push(trace.getSpan(context.active()), trace.getTracer('library').startSpan('request').isRecording());
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
  const { spans, flush } = start({ exporter });
  await spans.span('outer', async () => {
    spans.span('inner', () => {});
    await flush();
  });
  expect(seen).toEqual([undefined, false]);
});

describe('Its packages', () => {
  function service(packages: Readonly<Record<string, string>>): () => NodeJS.Require {
    const folder = mkdtempSync(join(tmpdir(), 'engine-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [file, content] of Object.entries(packages)) {
      mkdirSync(dirname(join(folder, 'node_modules', file)), { recursive: true });
      writeFileSync(join(folder, 'node_modules', file), content);
    }
    const require = createRequire(join(folder, 'service.js'));
    // Without what NODE_PATH adds, which the runner of these tests sets.
    const own = (name: string): unknown => {
      if (!existsSync(join(folder, 'node_modules', name))) throw missing(name);
      return require(name);
    };
    return () => Object.assign(own, { resolve: require.resolve }) as NodeJS.Require;
  }
  const missing = (name: string): Error =>
    Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  const exporter = {
    '@opentelemetry/exporter-trace-otlp-http/package.json': '{"version":"0.301.0"}',
    '@opentelemetry/exporter-trace-otlp-http/index.js': 'exports.OTLPTraceExporter = class {};',
  };

  test('are named with the command that installs them, if they are missing', () => {
    const load = (): unknown => openTelemetryPackages([service({}), () => createRequire('')]);
    expect(load).toThrow(
      'engine is "opentelemetry", but @opentelemetry/sdk-node is not installed and @opentelemetry/exporter-trace-otlp-http is not installed. Install what it runs on: npm install @opentelemetry/sdk-node @opentelemetry/exporter-trace-otlp-http',
    );
    expect(load).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
  });

  test('one alone is named', () => {
    expect(() => openTelemetryPackages([service(exporter)])).toThrow(
      'but @opentelemetry/sdk-node is not installed. Install',
    );
  });

  test('one that cannot be loaded is named with the reason', () => {
    const broken = { '@opentelemetry/sdk-node/index.js': 'require("missing-part")' };
    expect(() => openTelemetryPackages([service({ ...exporter, ...broken })])).toThrow(
      "@opentelemetry/sdk-node cannot be loaded: Cannot find module 'missing-part'",
    );
  });

  test('of another line are named with their versions', () => {
    const sdk = {
      '@opentelemetry/sdk-node/package.json': '{"version":"0.301.0"}',
      '@opentelemetry/sdk-node/index.js': '',
    };
    expect(() => openTelemetryPackages([service({ ...exporter, ...sdk })])).toThrow(
      'from 0.200 to 0.2xx of @opentelemetry/sdk-node and @opentelemetry/exporter-trace-otlp-http, but 0.301.0 and 0.301.0 are installed',
    );
  });
});
