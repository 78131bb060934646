import { context, diag, propagation, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { createMetrics } from '@sightline/core';
import { fakeClock } from '@sightline/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { answers, type OtlpReceiver, otlpReceiver } from '../../../../scripts/servers/otlp-receiver.js';
import { startTracing, type Tracing, type TracingOptions } from '../../src/sdk/index.js';

const ends: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function collectedLog() {
  const lines: string[] = [];
  const write = (_fields: object, message: string): void => void lines.push(message);
  return { lines, info: write, warn: write, error: write };
}

function startOn(options: TracingOptions = {}): Tracing & { readonly lines: readonly string[] } {
  const log = collectedLog();
  const tracing = startTracing({ env: {}, log, drainsAtExit: false, ...options });
  ends.push(() => tracing.shutdown({ timeoutMs: 200 }));
  return Object.assign(tracing, { lines: log.lines });
}

async function receiver(): Promise<OtlpReceiver> {
  const started = await otlpReceiver();
  ends.push(() => started.stop());
  return started;
}

const json = (url: string): TracingOptions => ({ protocol: 'http/json', url: `${url}/v1/traces` });

test('counts the spans that the sampler left out', () => {
  const tracing = startOn({ sampler: 'always_off' });
  tracing.spans.command('PlaceOrder', () => tracing.spans.command('ChargeCard', () => {}));
  tracing.tracer.startSpan('other').end();
  expect(tracing.sampledOut).toBe(3);
  expect(startOn({ engine: 'opentelemetry', isGlobal: false }).sampledOut).toBeUndefined();
});

describe.each(['sightline', 'opentelemetry'] as const)('On %s', (engine) => {
  const start = (options: TracingOptions = {}) => startOn({ engine, ...options });

  test('sends spans with the resource of the service', async () => {
    const collector = await receiver();
    const { spans, flush } = start({
      ...json(collector.url),
      serviceName: 'orders',
      serviceVersion: '1.2.3',
      environment: 'staging',
      resource: { 'team.name': 'shop' },
    });
    spans.command('PlaceOrder', { attributes: { 'order.items': 3 } }, (span) => span.addEvent('reserved'));
    expect(await flush()).toEqual({ exported: 1, dropped: 0, pending: 0 });
    expect(collector.spans.map(({ name }) => name)).toEqual(['command PlaceOrder']);
    expect(collector.resource).toMatchObject({
      'service.name': 'orders',
      'service.version': '1.2.3',
      'deployment.environment.name': 'staging',
      'team.name': 'shop',
      'telemetry.sdk.language': 'nodejs',
      'service.instance.id': expect.any(String),
    });
    expect(collector.requests[0]?.path).toBe('/v1/traces');
  });

  test('makes provider, context and propagation those of the process, and gives them back', async () => {
    const tracing = start({ exporter: 'none' });
    trace.getTracer('library').startActiveSpan('outer', (outer) => {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      expect(carrier['traceparent']).toContain(outer.spanContext().traceId);
      tracing.spans.span('inner', (inner) => {
        expect(inner.spanContext().traceId).toBe(outer.spanContext().traceId);
      });
      outer.end();
    });
    await tracing.shutdown();
    expect(trace.getTracer('library').startSpan('after').isRecording()).toBe(false);
  });

  test('carries the active span across timers and promises', async () => {
    const { spans } = start({ exporter: 'none' });
    await spans.span('outer', async (outer) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(trace.getActiveSpan()).toBe(trace.getActiveSpan());
      expect(trace.getActiveSpan()?.spanContext().spanId).toBe(outer.spanContext().spanId);
    });
  });

  test('an exporter of OpenTelemetry works behind our queue', async () => {
    const exporter = new InMemorySpanExporter();
    const { spans, flush } = start({ exporter });
    spans.span('a', () => {});
    expect(await flush()).toEqual({ exported: 1, dropped: 0, pending: 0 });
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['a']);
  });

  test('an exporter that fails, throws or never answers is counted, not waited for', async () => {
    let call = 0;
    const exporter: SpanExporter = {
      export(_spans: ReadableSpan[], done) {
        call++;
        if (call === 1) done({ code: 1, error: new Error('no disk') });
        if (call === 2) throw new Error('broken');
      },
      shutdown: () => Promise.reject(new Error('dead')),
    };
    const { spans, flush, stats, lines } = start({ exporter, timeoutMs: 50 });
    for (let i = 0; i < 3; i++) {
      spans.span('a', () => {});
      await flush({ timeoutMs: 1000 });
    }
    expect(stats()).toMatchObject({ exported: 0, dropped: 3, lost: { refused: 2, unconfirmed: 1 } });
    expect(lines).toEqual([expect.stringContaining('The collector refused 1 spans: no disk')]);
  });

  describe('Configuration', () => {
    test('by OpenTelemetry’s variables', async () => {
      const collector = await receiver();
      const { spans, flush } = start({
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
          OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=t%201',
          OTEL_SERVICE_NAME: 'from-env',
        },
      });
      spans.span('a', () => {});
      await flush();
      expect(collector.requests[0]?.headers['x-tenant']).toBe('t 1');
      expect(collector.resource['service.name']).toBe('from-env');
    });

    test('by the older ones, which lose against the standard ones', () => {
      const env = {
        OPENTELEMETRY_OTLP_ENDPOINT: 'http://old:4318',
        OPENTELEMETRY_SAMPLING_RATIO: '0.25',
        OPENTELEMETRY_SERVICE_NAME: 'old',
      };
      expect(start({ env, exporter: 'none' }).explain()).toContain('tracing.url = "http://old:4318/v1/traces"');
      const both = start({ env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://new:4318' }, isGlobal: false });
      expect(both.explain()).toContain(
        'tracing.url = "http://new:4318/v1/traces" (environment: OTEL_EXPORTER_OTLP_ENDPOINT)',
      );
      expect(both.explain()).toContain('tracing.samplingRatio = 0.25 (environment: OPENTELEMETRY_SAMPLING_RATIO)');
    });

    test.each([
      [{ OTEL_TRACES_SAMPLER: 'always_off' }, 0],
      [{ OTEL_TRACES_SAMPLER: 'always_on' }, 1000],
      [{ OPENTELEMETRY_SAMPLING_RATIO: '0' }, 0],
      [{ OTEL_TRACES_SAMPLER: 'ratio', OTEL_TRACES_SAMPLER_ARG: '0' }, 0],
      [{ OTEL_TRACES_SAMPLER: 'ratio', OPENTELEMETRY_SAMPLING_RATIO: '0' }, 0],
      [{ OTEL_TRACES_SAMPLER: 'ratio' }, 1000],
      [{ OTEL_TRACES_SAMPLER: 'adaptive', OTEL_TRACES_SAMPLER_ARG: '7' }, 7],
    ])('%j samples %i of 1000 traces at once', (env, expected) => {
      const { spans } = start({ env, exporter: 'none' });
      let recorded = 0;
      for (let i = 0; i < 1000; i++) if (spans.span('a', { root: true }, (span) => span.isRecording())) recorded++;
      if (expected === 7) expect(recorded).toBeLessThanOrEqual(7);
      else expect(recorded).toBe(expected);
    });

    test('of propagators', () => {
      const { propagator, tracer } = start({ env: { OTEL_PROPAGATORS: 'b3multi' }, exporter: 'none' });
      const carrier: Record<string, string> = {};
      const span = tracer.startSpan('a');
      propagator.inject(trace.setSpan(context.active(), span), carrier, {
        set(to, key, value) {
          to[key] = value;
        },
      });
      expect(Object.keys(carrier).map((key) => key.toLowerCase())).toContain('x-b3-traceid');
    });

    test('by older names: sampler ratio, protocol http', () => {
      const env = { OTEL_TRACES_SAMPLER: 'ratio', OTEL_EXPORTER_OTLP_PROTOCOL: 'http' };
      const byEnvironment = start({ env, exporter: 'none' });
      expect(byEnvironment.lines).toEqual([]);
      expect(byEnvironment.explain()).toContain('tracing.protocol = "http/protobuf"');
      const byCode = start({ sampler: 'ratio', samplerArg: 0, protocol: 'http', exporter: 'none', isGlobal: false });
      expect(byCode.explain()).toContain('tracing.url = "http://localhost:4318/v1/traces"');
      expect(byCode.spans.span('a', { root: true }, (span) => span.isRecording())).toBe(false);
      expect(() => startTracing({ sampler: 'ratio', samplerArg: 2, env: {} })).toThrow('give a number from 0 to 1');
    });

    test.each([
      [{ JAEGER_HOST: 'jaeger', JAEGER_PORT: '6831' }, 'JAEGER_HOST="jaeger", JAEGER_PORT="6831"', 'jaeger'],
      [{ JAEGER_PORT: '14268' }, 'JAEGER_PORT="14268"', 'localhost'],
      [{ JAEGER_ENDPOINT: 'http://u:s3cret@tracer:14268/api/traces' }, 'JAEGER_ENDPOINT=', 'tracer'],
    ])('%j is answered with what to set', (env, subject, host) => {
      const { lines } = start({ env, exporter: 'none' });
      expect(lines).toEqual([expect.stringContaining(subject)]);
      expect(lines[0]).toContain(`Set OTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:4318 instead.`);
      expect(lines[0]).not.toContain('s3cret');
    });

    test.each([
      { JAEGER_PORT: 'tcp://10.0.0.1:14268' },
      { JAEGER_HOST: 'jaeger', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
    ])('%j is left alone', (env) => {
      expect(start({ env, exporter: 'none' }).lines).toEqual([]);
    });

    test('a misspelt variable is reported', () => {
      const others = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://x', SIGHTLINE_STRICT: 'true', STATSD_HOTS: 'x' };
      const { lines } = start({ env: { OTEL_EXPORTER_OTLP_ENDPIONT: 'http://collector:4318', ...others } });
      expect(lines[0]).toContain('OTEL_EXPORTER_OTLP_ENDPIONT is not known. Did you mean OTEL_EXPORTER_OTLP_ENDPOINT?');
      expect(lines[0]).not.toContain('problems');
    });

    test('a wrong variable is warned about and not used', () => {
      const { lines } = start({
        env: { OTEL_TRACES_SAMPLER: 'allways_on', OTEL_BSP_MAX_QUEUE_SIZE: '-1' },
        exporter: 'none',
      });
      expect(lines.join()).toContain('OTEL_TRACES_SAMPLER="allways_on" is not one of always_on');
      expect(lines.join()).toContain('OTEL_BSP_MAX_QUEUE_SIZE="-1" is not a whole number');
    });

    test('an unknown propagator costs neither the others nor other variables', () => {
      const { lines, explain } = start({
        env: { OTEL_PROPAGATORS: 'b3,ottrace', OTEL_TRACES_SAMPLER: 'always_off' },
        exporter: 'none',
      });
      expect(explain()).toContain('tracing.propagators = ["b3"] (environment: OTEL_PROPAGATORS)');
      expect(explain()).toContain('tracing.sampler = "always_off"');
      expect(lines).toEqual([expect.stringContaining(', none, separated by commas: "ottrace" is left out.')]);
    });

    test.each([
      [{ OTEL_BSP_MAX_QUEUE_SIZE: '100' }, {}, 'tracing.maxBatchSize = 100 (default)'],
      [{}, { maxQueueSize: 100 }, 'tracing.maxBatchSize = 100 (default)'],
      [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, {}, 'tracing.url = "http://localhost:4317" (default)'],
      [{}, { protocol: 'grpc' } as const, 'tracing.url = "http://localhost:4317" (default)'],
    ])('%j and %j change the defaults that belong to them', (env, options, setting) => {
      const { lines, explain } = start({ env, ...options, exporter: 'none' });
      expect(explain()).toContain(setting);
      expect(lines).toEqual([]);
    });

    test.each([
      [{ exporter: 'otpl' as never }, 'exporter is "otpl"'],
      [{ sampler: 'traceidratio', samplerArg: 2 } as const, 'samplerArg is 2'],
      [{ propagators: ['b4'] }, 'propagators[0] is "b4"'],
      [{ maxBatchSize: 100, maxQueueSize: 10 }, 'maxBatchSize is 100'],
      [{ samplingRation: 1 } as never, 'unknown option "samplingRation". Did you mean "samplingRatio"?'],
    ])('%j in code throws', (options, message) => {
      expect(() => startTracing({ env: {}, ...options })).toThrow(message);
    });

    test('OTEL_SDK_DISABLED traces nothing and registers nothing', async () => {
      const { spans, explain } = start({ env: { OTEL_SDK_DISABLED: 'true' } });
      expect(spans.span('a', (span) => span.isRecording())).toBe(false);
      expect(trace.getTracer('library').startSpan('b').spanContext().traceId).toMatch(/^0+$/);
      expect(explain()).toContain('disabled');
    });

    test('explain() shows no secret', () => {
      const { explain } = start({
        headers: { authorization: 'Bearer hunter2' },
        url: 'http://me:hunter3@host/v1/traces',
      });
      expect(explain()).not.toMatch(/hunter/);
    });
  });

  describe('The self-check', () => {
    test('reports a provider that is registered already, in one line', () => {
      trace.setGlobalTracerProvider(new TracerProvider());
      ends.push(async () => trace.disable());
      const { lines, spans } = start({ exporter: 'none' });
      expect(lines).toEqual([
        expect.stringMatching(/Self-check: another tracer provider is registered.*set { engine: "registered" } to use/),
      ]);
      expect(spans.span('a', (span) => span.isRecording())).toBe(true);
    });

    test('reports propagators that send nothing', () => {
      const { lines } = start({ propagators: ['jaeger'], exporter: 'none' });
      expect(lines).toEqual([expect.stringContaining('"jaeger" is read but not written')]);
    });

    test('accepts a second tracing of ours', () => {
      start({ exporter: 'none' });
      const second = start({ exporter: 'none' });
      expect(second.lines).toEqual([]);
      expect(second.spans.span('a', (span) => span.isRecording())).toBe(true);
    });

    test('finds nothing if nothing is wrong', () => {
      expect(start({ exporter: 'none' }).lines).toEqual([]);
    });
  });

  test('instrumentations get the provider and are disabled by shutdown()', async () => {
    const calls: string[] = [];
    const instrumentation = {
      setTracerProvider: () => void calls.push('provider'),
      getConfig: () => ({ enabled: true }),
      enable: () => void calls.push('enable'),
      disable: () => void calls.push('disable'),
    };
    const tracing = start({ exporter: 'none', instrumentations: [instrumentation] });
    await tracing.shutdown();
    expect(calls).toEqual(['provider', 'disable']);
  });

  test('requests to the collector are not traced and belong to no request of the service', async () => {
    const collector = await receiver();
    const { spans, flush } = start(json(collector.url));
    const seen: unknown[] = [];
    collector.behave((_request, response) => {
      response.end('{}');
    });
    await spans.span('outer', async () => {
      spans.span('inner', () => {});
      await flush();
      seen.push(collector.requests[0]?.headers['traceparent']);
    });
    expect(seen).toEqual([undefined]);
  });

  describe('A collector that', () => {
    test.each([
      ['refuses', 400, 'refused'],
      ['finds all too large', 413, 'refused'],
    ])('%s with %i loses these spans, counted', async (_name, status, reason) => {
      const collector = await receiver();
      const metrics = createMetrics();
      const { spans, flush, stats } = start({ ...json(collector.url), metrics });
      collector.behave(answers(status));
      for (let i = 0; i < 4; i++) spans.span('a', () => {});
      expect(await flush()).toEqual({ exported: 0, dropped: 4, pending: 0 });
      expect(stats().lost).toMatchObject({ [reason]: 4 });
      const lost = metrics.snapshot().families.find(({ name }) => name === 'sightline_otlp_lost_total');
      expect(lost).toBeDefined();
    });

    test.each([[429], [503]])(
      'asks to wait with %i gets the spans after that time',
      { timeout: 60_000 },
      async (status) => {
        const collector = await receiver();
        const { spans, flush } = start(json(collector.url));
        let first = true;
        const times: number[] = [];
        collector.behave((_request, response, take) => {
          times.push(performance.now());
          if (first) response.writeHead(status, { 'retry-after': '1' }).end();
          else {
            take();
            response.end('{}');
          }
          first = false;
        });
        spans.span('a', () => {});
        expect(await flush({ timeoutMs: 5000 })).toEqual({ exported: 1, dropped: 0, pending: 0 });
        expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
      },
    );

    test('closes without an answer gets them again', { timeout: 60_000 }, async () => {
      const collector = await receiver();
      const { spans, flush } = start(json(collector.url));
      let closings = 1;
      collector.behave(({ socket }, response, take) => {
        if (closings-- > 0) return void socket.end();
        take();
        response.end('{}');
      });
      spans.span('a', () => {});
      expect(await flush({ timeoutMs: 5000 })).toEqual({ exported: 1, dropped: 0, pending: 0 });
    });
  });

  test('the end of one tracing leaves the asynchronous context of another', async () => {
    const first = start({ exporter: 'none' });
    const second = start({ exporter: 'none' });
    await first.shutdown();
    await second.spans.span('still here', async (span) => {
      await Promise.resolve();
      expect(trace.getActiveSpan()?.spanContext().spanId).toBe(span.spanContext().spanId);
    });
  });
});

// What OpenTelemetry's engine cannot do: its exporter speaks JSON only and retries by itself, and its timers are not the clock's.
describe('On our own tracer', () => {
  const start = startOn;

  test('a collector that hangs is sent them once more, then has perhaps got them', { timeout: 60_000 }, async () => {
    const collector = await receiver();
    const { spans, flush, stats } = start({ ...json(collector.url), timeoutMs: 500 });
    let requests = 0;
    collector.behave(() => void requests++);
    spans.span('a', () => {});
    expect(await flush({ timeoutMs: 5000 })).toEqual({ exported: 0, dropped: 1, pending: 0 });
    expect(stats().lost).toMatchObject({ unconfirmed: 1 });
    expect(requests).toBe(2);
  });

  test('a collector that is dead delays shutdown by no more than one attempt, which never rejects', async () => {
    const collector = await receiver();
    await collector.stop();
    const { spans, flush, shutdown, lines } = start(json(collector.url));
    spans.span('a', () => {});
    await flush({ timeoutMs: 100 });
    const startMs = performance.now();
    expect(await shutdown({ timeoutMs: 30_000 })).toEqual({ exported: 0, dropped: 1, pending: 0 });
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(lines).toHaveLength(2);
  });

  test('with gRPC and protobuf, too', async () => {
    const collector = await receiver();
    const { spans, flush } = start({ url: `${collector.url}/v1/traces` });
    collector.behave((_request, response) => void response.end());
    spans.span('a', () => {});
    expect(await flush()).toMatchObject({ exported: 1 });
    expect(collector.requests[0]?.headers['content-type']).toBe('application/x-protobuf');
    diag.disable();
  });

  test('a collector that is away for 30 s under load costs two log lines; what is lost is counted to the span', {
    timeout: 30_000,
  }, async () => {
    const collector = await receiver();
    const clock = fakeClock();
    const { spans, flush, stats, lines } = start({
      ...json(collector.url),
      clock,
      maxQueueSize: 200,
      maxBatchSize: 50,
    });
    let made = 0;
    const load = async (seconds: number): Promise<void> => {
      for (let ms = 0; ms < seconds * 1000; ms += 100) {
        for (let i = 0; i < 5; i++, made++) spans.span('a', { root: true }, () => {});
        await clock.advanceAsync(100);
        await new Promise((resolve) => setTimeout(resolve, 1)); // requests are real
        expect(stats().pending).toBeLessThanOrEqual(250);
      }
    };
    await load(2);
    await collector.stop();
    await load(30);
    await collector.restart();
    await load(10);
    const flushed = flush({ timeoutMs: 10_000 });
    await expect
      .poll(async () => {
        await clock.advanceAsync(50);
        return stats().pending;
      })
      .toBe(0);
    await flushed;
    const { exported, dropped, lost } = stats();
    expect(exported).toBe(collector.spans.length);
    expect(exported + dropped).toBe(made);
    expect(lost).toMatchObject({ queue_full: dropped, refused: 0, unsent: 0 });
    expect(dropped).toBeGreaterThan(500);
    expect(lines).toEqual([
      expect.stringContaining('Sending spans failed'),
      expect.stringMatching(/works again after \d+ s\. Lost spans: \d+ queue_full\./),
    ]);
  });
});
