import { context, diag, ProxyTracerProvider, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider as OfficialProvider } from '@opentelemetry/sdk-trace';
import { fakeClock } from '@sightline/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type OtlpReceiver, otlpReceiver } from '../../../../scripts/servers/otlp-receiver.js';
import { ContextManager } from '../../src/context/context-manager.js';
import { w3cPropagator } from '../../src/propagation/w3c-propagator.js';
import { type Instrumentation, startTracing, type Tracing, type TracingOptions } from '../../src/sdk/index.js';
import type { SpanProcessor } from '../../src/tracer/index.js';

const ends: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function startOn(options: TracingOptions = {}): Tracing & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (_fields: object, message: string): void => void lines.push(message);
  const log = { info: write, warn: write, error: write };
  const tracing = startTracing({ env: {}, log, drainsAtExit: false, ...options });
  ends.push(() => tracing.shutdown({ timeoutMs: 200 }));
  return Object.assign(tracing, { lines });
}

async function receiver(): Promise<OtlpReceiver> {
  const started = await otlpReceiver();
  ends.push(() => started.stop());
  return started;
}

const json = (url: string): TracingOptions => ({ protocol: 'http/json', url: `${url}/v1/traces` });

const quiet: SpanProcessor = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };

function broken(): never {
  throw new Error('broken');
}

function instrumentation(over: Partial<Instrumentation> = {}): Instrumentation & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    instrumentationName: 'test',
    setTracerProvider: () => void calls.push('provider'),
    enable: () => void calls.push('enable'),
    disable: () => void calls.push('disable'),
    ...over,
  };
}

describe.each(['sightline', 'opentelemetry'] as const)('On %s', (engine) => {
  const start = (options: TracingOptions = {}) => startOn({ engine, ...options });

  describe('Instrumentations', () => {
    test('within lists of lists are enabled, as getNodeAutoInstrumentations() gives them', {
      timeout: 30_000,
    }, async () => {
      const [one, two, three] = [instrumentation(), instrumentation(), instrumentation()];
      const tracing = start({ exporter: 'none', instrumentations: [one, [two, [three]]] });
      await tracing.shutdown();
      expect([one.calls, two.calls, three.calls]).toEqual(Array(3).fill(['provider', 'disable']));
    });

    test('one that cannot be given the provider costs the others nothing, and is reported', () => {
      const other = instrumentation();
      const bad = instrumentation({ instrumentationName: 'bad', setTracerProvider: broken });
      const { lines, problems, spans } = start({ exporter: 'none', instrumentations: [bad, other] });
      expect(problems).toContain('the instrumentation bad could not be enabled and makes no spans here: broken.');
      expect(lines).toHaveLength(1);
      expect(other.calls).toEqual(['provider']);
      expect(spans.span('a', (span) => span.isRecording())).toBe(true);
    });

    test('one that cannot be disabled stops no delivery and rejects nothing', async () => {
      const collector = await receiver();
      const { spans, shutdown, lines } = start({
        ...json(collector.url),
        instrumentations: [instrumentation({ instrumentationName: 'bad', disable: broken })],
      });
      spans.span('a', () => {});
      expect(await shutdown()).toEqual({ exported: 1, dropped: 0, pending: 0 });
      expect(lines).toContain('[tracing] The instrumentation bad could not be disabled: broken.');
    });
  });

  describe('Span processors', () => {
    test('that throw in every hook stop no delivery', async () => {
      const collector = await receiver();
      const processor: SpanProcessor = {
        onStart: broken,
        onEnding: broken,
        onEnd: broken,
        forceFlush: broken,
        shutdown: broken,
      };
      const { spans, flush, shutdown } = start({ ...json(collector.url), spanProcessors: [processor] });
      spans.span('a', () => {});
      expect(await flush()).toEqual({ exported: 1, dropped: 0, pending: 0 });
      expect(await shutdown()).toMatchObject({ dropped: 0 });
    });

    test('that hang hold up flush and shutdown for no longer than their time', async () => {
      const clock = fakeClock();
      const never = (): Promise<void> => new Promise(() => {});
      const processor = { ...quiet, forceFlush: never, shutdown: never };
      const { flush, lines } = start({ exporter: 'none', clock, spanProcessors: [processor] });
      const flushing = flush({ timeoutMs: 100 });
      await clock.advanceAsync(100);
      await flushing;
      expect(lines).toEqual(['[tracing] A span processor did not end forceFlush within 100 ms.']);
      const ending = ends.pop();
      const shuttingDown = ending?.();
      await clock.advanceAsync(200);
      await shuttingDown;
    });

    test('that are asynchronous and reject leave no rejection unhandled', async () => {
      const unhandled: unknown[] = [];
      const listen = (error: unknown): void => void unhandled.push(error);
      process.on('unhandledRejection', listen);
      ends.push(async () => process.off('unhandledRejection', listen));
      const reject = async (): Promise<void> => broken();
      const processor: SpanProcessor = { ...quiet, onStart: reject, onEnding: reject, onEnd: reject };
      const { spans, flush } = start({ exporter: 'none', spanProcessors: [processor] });
      spans.span('a', () => {});
      await flush();
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    });

    test('may flush and shut down the tracing in their own hooks', async () => {
      let flushes = 0;
      const clock = fakeClock();
      const processor: SpanProcessor = {
        ...quiet,
        async forceFlush() {
          flushes++;
          await tracing.flush({ timeoutMs: 100 });
        },
        shutdown: async () => void tracing.shutdown(),
      };
      const tracing = start({ exporter: 'none', clock, spanProcessors: [processor] });
      const flushing = tracing.flush({ timeoutMs: 300 });
      await clock.advanceAsync(100);
      await flushing;
      expect(flushes).toBeLessThan(3);
      const ending = tracing.shutdown({ timeoutMs: 300 });
      await clock.advanceAsync(300);
      expect(await ending).toEqual({ exported: 0, dropped: 0, pending: 0 });
    });

    test('leave no timer behind', async () => {
      const clock = fakeClock();
      let open = 0;
      const counting: typeof clock = {
        ...clock,
        setTimer(callback, delayMs) {
          open++;
          const timer = clock.setTimer(callback, delayMs);
          const cancel = (): void => {
            open--;
            timer.cancel();
          };
          return { cancel, ref: () => timer.ref(), unref: () => timer.unref() };
        },
      };
      const { flush, shutdown } = start({ exporter: 'none', clock: counting, spanProcessors: [quiet] });
      await flush({ timeoutMs: 100 });
      await shutdown({ timeoutMs: 100 });
      expect(open).toBe(0);
    });
  });

  describe('Exporters', () => {
    const exporting = (answer: (done: (result: never) => void) => void) =>
      start({ exporter: { export: (_spans, done) => answer(done), shutdown: async () => {} } });

    test('that answer with nothing count as refusing', async () => {
      const { tracer, flush, stats } = exporting((done) => (done as () => void)());
      tracer.startSpan('a').end();
      expect(await flush()).toEqual({ exported: 0, dropped: 1, pending: 0 });
      expect(stats().lost.refused).toBe(1);
    });

    test('that are asynchronous and reject count as refusing', async () => {
      const { tracer, flush, stats } = exporting(async () => broken());
      tracer.startSpan('a').end();
      expect(await flush()).toEqual({ exported: 0, dropped: 1, pending: 0 });
      expect(stats().lost.refused).toBe(1);
    });

    test('that answer twice count once', async () => {
      const { tracer, flush } = exporting((done) => {
        done({ code: 0 } as never);
        done({ code: 1 } as never);
      });
      tracer.startSpan('a').end();
      expect(await flush()).toEqual({ exported: 1, dropped: 0, pending: 0 });
    });
  });

  describe('Registration', () => {
    test('undo leaves a provider alone that other code has registered since', async () => {
      const { shutdown } = start({ exporter: 'none' });
      trace.disable();
      const other = new OfficialProvider();
      trace.setGlobalTracerProvider(other);
      ends.push(async () => trace.disable());
      await shutdown();
      expect(trace.getTracer('library').startSpan('a').isRecording()).toBe(true);
    });

    test('undo leaves a propagator alone that other code has registered since', async () => {
      const { shutdown } = start({ exporter: 'none' });
      propagation.disable();
      const other = { inject: vi.fn(), extract: vi.fn(), fields: () => [] };
      propagation.setGlobalPropagator(other);
      ends.push(async () => propagation.disable());
      await shutdown();
      propagation.inject(ROOT_CONTEXT, {});
      expect(other.inject).toHaveBeenCalledOnce();
    });

    test('after a restart, tracers that modules keep feed the new tracing', async () => {
      const early = trace.getTracer('module loaded before');
      const first = start({ exporter: 'none' });
      const late = trace.getTracer('module loaded between', '1.0.0');
      early.startSpan('a').end();
      late.startSpan('a').end();
      await first.shutdown();
      const collector = await receiver();
      const second = start(json(collector.url));
      early.startSpan('from the early tracer').end();
      late.startActiveSpan('from the late tracer', (span) => span.end());
      await second.flush();
      expect(collector.spans.map(({ name }) => name)).toEqual(['from the early tracer', 'from the late tracer']);
    });

    test('with OTEL_SDK_DISABLED propagators work', () => {
      start({ env: { OTEL_SDK_DISABLED: 'true' } });
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const carrier = {};
      propagation.inject(propagation.extract(ROOT_CONTEXT, { traceparent }), carrier);
      expect(carrier).toEqual({ traceparent });
    });

    test('a context manager of other code stays', () => {
      const stop = context.disable;
      stop.call(context);
      const other = { active: () => ROOT_CONTEXT, with: vi.fn(), bind: vi.fn(), enable: vi.fn(), disable: vi.fn() };
      context.setGlobalContextManager(other as never);
      ends.push(async () => context.disable());
      start({ exporter: 'none' });
      context.bind(ROOT_CONTEXT, () => {});
      expect(other.bind).toHaveBeenCalledOnce();
    });
  });

  describe('A resource', () => {
    test('of OpenTelemetry is taken with its attributes, also with those that come later', async () => {
      const collector = await receiver();
      let resolve: (region: string) => void = () => {};
      const region = new Promise<string>((settle) => {
        resolve = settle;
      });
      const resource = resourceFromAttributes({ 'team.name': 'shop', 'cloud.region': region as never });
      const { spans, flush } = start({ ...json(collector.url), resource, serviceName: 'orders' });
      spans.span('a', () => {});
      resolve('eu-central-1');
      await flush();
      expect(collector.resource).toMatchObject({
        'service.name': 'orders',
        'team.name': 'shop',
        'cloud.region': 'eu-central-1',
      });
    });
  });

  test('provider.forceFlush() rejects if the spans did not arrive', async () => {
    const collector = await receiver();
    await collector.stop();
    const { spans, provider, shutdown } = start({ ...json(collector.url), timeoutMs: 50 });
    spans.span('a', () => {});
    const flushing = provider.forceFlush();
    const rejected = expect(flushing).rejects.toThrow('1 spans were not delivered.');
    await shutdown({ timeoutMs: 100 });
    await rejected;
  });

  describe('Variables', () => {
    test('OTEL_TRACES_EXPORTER=otlp,console sends to both', async () => {
      const collector = await receiver();
      const dir = vi.spyOn(console, 'dir').mockImplementation(() => {});
      const env = { OTEL_TRACES_EXPORTER: 'otlp,console' };
      const { spans, flush } = start({ ...json(collector.url), env });
      spans.span('a', { attributes: { size: 1 } }, () => {});
      expect(await flush()).toEqual({ exported: 2, dropped: 0, pending: 0 });
      expect(collector.spans.map(({ name }) => name)).toEqual(['a']);
      expect(dir.mock.calls.map(([span]) => span)).toEqual([
        expect.objectContaining({ name: 'a', attributes: { size: 1 }, kind: 0, status: { code: 0 } }),
      ]);
      dir.mockRestore();
    });

    test('a wrong OTEL_TRACES_SAMPLER_ARG costs the argument only', () => {
      for (const arg of ['a lot', '2', '-1']) {
        const env = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: arg };
        const { explain, lines, spans } = start({ env, exporter: 'none', isGlobal: false });
        expect(explain(), arg).toContain('tracing.sampler = "parentbased_traceidratio"');
        expect(lines.join()).toContain('OTEL_TRACES_SAMPLER_ARG');
        expect(spans.span('a', (span) => span.isRecording())).toBe(true);
      }
    });

    test.each([
      [{ OTEL_ATTRIBUTE_COUNT_LIMIT: '2' }, 2, 2, 2],
      [{ OTEL_ATTRIBUTE_COUNT_LIMIT: '2', OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '1' }, 2, 1, 2],
      [{ OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '0', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1' }, 1, 3, 0],
    ])('%j limit attributes of spans, events and links', async (env, ofSpan, ofEvent, ofLink) => {
      const ended: Array<{
        attributes: object;
        events: Array<{ attributes?: object }>;
        links: Array<{ attributes?: object }>;
      }> = [];
      const { spans } = start({
        env,
        exporter: 'none',
        spanProcessors: [{ ...quiet, onEnd: (span) => void ended.push(span) }],
      });
      const attributes = { a: 1, b: 2, c: 3 };
      spans.span('a', { attributes }, (span) => {
        span.addEvent('event', attributes).addLink({ context: span.spanContext(), attributes });
      });
      const count = (given: object | undefined): number => Object.keys(given ?? {}).length;
      const [span] = ended;
      expect([count(span?.attributes), count(span?.events[0]?.attributes), count(span?.links[0]?.attributes)]).toEqual([
        ofSpan,
        ofEvent,
        ofLink,
      ]);
    });

    test('OTEL_LOG_LEVEL logs what the API reports, each message once a minute; by default only errors', () => {
      const clock = fakeClock();
      const byDefault = start({ exporter: 'none', clock });
      diag.warn('careful');
      for (let i = 0; i < 3; i++) diag.error('[lib] failed', new Error('why'));
      expect(byDefault.lines).toEqual(['[lib] failed why']);
      clock.advance(60_000);
      diag.error('[lib] failed');
      expect(byDefault.lines).toHaveLength(2);
    });

    test('OTEL_LOG_LEVEL=debug logs more, and ends with the tracing', async () => {
      const { lines, shutdown } = start({ exporter: 'none', env: { OTEL_LOG_LEVEL: 'debug' } });
      diag.debug('loaded');
      expect(lines).toContain('[opentelemetry] loaded');
      await shutdown();
      diag.error('after');
      expect(lines.join()).not.toContain('after');
    });

    test('reports a set-up that comes later, and all that is refused to it, in one line', async () => {
      const { lines } = start({ exporter: 'none' });
      trace.setGlobalTracerProvider(new ProxyTracerProvider());
      propagation.setGlobalPropagator(w3cPropagator);
      context.setGlobalContextManager(new ContextManager());
      await Promise.resolve();
      expect(lines).toEqual([
        expect.stringMatching(
          /^\[tracing\] Another OpenTelemetry set-up \(.*tracing-faults.*\) came after the first one, and its tracer provider, propagator and context manager were refused: it gets no spans, .*"registered"/,
        ),
      ]);
    });

    test('names the package that came later', async () => {
      const { lines } = start({ exporter: 'none' });
      diag.error(`Error: @opentelemetry/api: Attempted duplicate registration of API: propagation
    at registerGlobal (/app/node_modules/@opentelemetry/api/build/src/internal/global-utils.js:28:21)
    at NodeSDK.start (C:\\app\\node_modules\\@opentelemetry\\sdk-node\\build\\src\\sdk.js:164:37)
    at Object.<anonymous> (/app/node_modules/.pnpm/@vendor+agent@1.0.0/node_modules/@vendor/agent/register.js:30:9)
    at Module._compile (node:internal/modules/cjs/loader:1521:14)`);
      await Promise.resolve();
      expect(lines.join()).toContain(
        '(@vendor/agent) came after the first one, and its propagator was refused: what was',
      );
    });

    test('reports once a set-up that clears the API and takes its place', async () => {
      const clock = fakeClock();
      const { lines, shutdown } = start({ ...json('http://127.0.0.1:9'), clock });
      trace.disable();
      clock.advance(5000);
      trace.setGlobalTracerProvider(new OfficialProvider());
      ends.push(async () => trace.disable());
      expect(lines).toEqual([]);
      clock.advance(5000);
      await shutdown();
      expect(lines).toEqual([expect.stringMatching(/has replaced .* \(by TracerProvider\): .*"registered"/)]);
    });

    test('reports such a set-up at the end of a short program, and not a restart of ours', async () => {
      const first = start(json('http://127.0.0.1:9'));
      await first.shutdown();
      const { lines, shutdown } = start(json('http://127.0.0.1:9'));
      trace.disable();
      trace.setGlobalTracerProvider(new OfficialProvider());
      ends.push(async () => trace.disable());
      await shutdown();
      expect(first.lines).toEqual([]);
      expect(lines).toEqual([expect.stringContaining('has replaced')]);
    });

    test('a logger that the service has given to the API stays', () => {
      const error = vi.fn();
      diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
      ends.push(async () => diag.disable());
      const { lines } = start({ exporter: 'none' });
      diag.error('mine');
      expect(error).toHaveBeenCalledOnce();
      expect(lines).toEqual([]);
    });
  });

  test('forceFlush and shutdown at once, many times, deliver every span once', async () => {
    const collector = await receiver();
    const { spans, provider, flush, shutdown } = start(json(collector.url));
    for (let i = 0; i < 20; i++) spans.span(`span ${i}`, () => {});
    await Promise.allSettled([
      provider.forceFlush(),
      flush(),
      shutdown(),
      provider.forceFlush(),
      provider.shutdown(),
      shutdown(),
      flush(),
    ]);
    expect(collector.spans).toHaveLength(20);
    expect(new Set(collector.spans.map(({ name }) => name)).size).toBe(20);
  });

  test('a span that ends after its parent, or after the shutdown, throws nothing and is counted', async () => {
    const collector = await receiver();
    const { tracer, stats, shutdown } = start(json(collector.url));
    const parent = tracer.startSpan('parent');
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent));
    const never = tracer.startSpan('never', {}, trace.setSpan(ROOT_CONTEXT, parent));
    const late = tracer.startSpan('late');
    parent.end();
    child.end();
    await shutdown();
    late.end();
    expect(never.isRecording()).toBe(true);
    expect(collector.spans.map(({ name }) => name)).toEqual(['parent', 'child']);
    expect(stats()).toMatchObject({ exported: 2, lost: { unsent: 1 } });
  });

  test('huge values and thousands of attributes are bounded', { timeout: 60_000 }, async () => {
    const collector = await receiver();
    const { tracer, flush } = start(json(collector.url));
    const span = tracer.startSpan('huge');
    for (let i = 0; i < 10_000; i++) span.setAttribute(`attribute ${i}`, i);
    span.setAttribute('attribute 0', 'x'.repeat(1_000_000));
    span.addEvent('event', Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`a${i}`, 'y'.repeat(10_000)])));
    span.setStatus({ code: 2, message: 'z'.repeat(1_000_000) });
    span.end();
    expect(await flush()).toMatchObject({ exported: 1 });
    expect(collector.requests[0]?.body.length).toBeLessThan(700_000);
  });

  test('one span that cannot be encoded costs that span only', async () => {
    const collector = await receiver();
    const { tracer, flush, stats, lines } = start(json(collector.url));
    tracer.startSpan('good').end();
    const bad = tracer.startSpan('bad');
    Object.defineProperty(bad, 'name', {
      get() {
        throw new Error('no name');
      },
    });
    expect(() => bad.end()).not.toThrow();
    tracer.startSpan('good too').end();
    await flush();
    expect(collector.spans.map(({ name }) => name)).toEqual(['good', 'good too']);
    expect(stats().lost.unencodable).toBe(1);
    expect(lines).toEqual([expect.stringContaining('cannot be encoded: no name')]);
  });
});

test('spans are sent without what a resource detector never finds', async () => {
  const clock = fakeClock();
  const collector = await receiver();
  const resource = resourceFromAttributes({ known: 'x', unknown: new Promise<string>(() => {}) });
  const { tracer, flush } = startOn({ ...json(collector.url), clock, resource, timeoutMs: 1000 });
  tracer.startSpan('a').end();
  const flushing = flush({ timeoutMs: 5000 });
  await new Promise((resolve) => setImmediate(resolve));
  await clock.advanceAsync(1000);
  expect(await flushing).toMatchObject({ exported: 1 });
  expect(collector.spans.map(({ name }) => name)).toEqual(['a']);
});
