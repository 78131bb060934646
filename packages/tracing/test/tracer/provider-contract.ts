import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  diag,
  type HrTime,
  INVALID_SPAN_CONTEXT,
  INVALID_TRACEID,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { describe, expect, test, vi } from 'vitest';
import type { Sampler } from '../../src/index.js';
import type { ReadableSpan, SpanProcessor } from '../../src/tracer/index.js';

/** What a provider of the contract is made with. */
export interface ProviderOptions {
  readonly sampler?: Sampler | undefined;
  readonly processors: readonly SpanProcessor[];
  readonly limits?:
    | {
        readonly attributeCountLimit?: number;
        readonly eventCountLimit?: number;
        readonly linkCountLimit?: number;
        readonly attributePerEventCountLimit?: number;
        readonly attributePerLinkCountLimit?: number;
      }
    | undefined;
}

export interface ContractOptions {
  /** Makes a provider whose attribute values may be 20 characters long, with `service.name` = `shop` as its resource. */
  create(options: ProviderOptions): TracerProvider & { forceFlush(): Promise<void>; shutdown(): Promise<void> };
  /** Tests that this provider does not pass, each with the reason. */
  readonly deviations?: Readonly<Record<string, string>>;
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const remote: SpanContext = { traceId, spanId, traceFlags: 1, isRemote: true };
const key = createContextKey('contract');
const notAHrTime = [Number.NaN, Number.NaN];

/** The behaviour of a tracer provider that the code of OpenTelemetry's world relies on. */
export function tracerProviderContract(name: string, { create, deviations = {} }: ContractOptions): void {
  const fails = (title: string) => (deviations[title] === undefined ? test : test.fails);
  const it = (title: string, run: () => void | Promise<void>): void => {
    fails(title)(deviations[title] === undefined ? title : `deviates: ${title} (${deviations[title]})`, run);
  };

  /** A tracer with the spans that its processors see. */
  function setup(options: Partial<ProviderOptions> = {}) {
    const started: Array<{ readonly span: Span; readonly parent: Context; readonly attributes: Attributes }> = [];
    const ended: ReadableSpan[] = [];
    const calls: string[] = [];
    const recorder: SpanProcessor = {
      onStart(span, parent) {
        calls.push('onStart');
        started.push({ span, parent, attributes: { ...(span as unknown as ReadableSpan).attributes } });
      },
      onEnding: () => void calls.push('onEnding'),
      onEnd(span) {
        calls.push('onEnd');
        ended.push(span);
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const provider = create({ ...options, processors: [...(options.processors ?? []), recorder] });
    const tracer = provider.getTracer('contract', '1.2.3');
    return { provider, tracer, started, ended, calls };
  }

  /** The one span that `use` was given, as a processor got it. */
  function recorded(use: (span: Span) => void, options: Partial<ProviderOptions> = {}): ReadableSpan {
    const { tracer, ended } = setup(options);
    const span = tracer.startSpan('work', {}, ROOT_CONTEXT);
    use(span);
    span.end();
    const [only] = ended;
    if (only === undefined || ended.length > 1) throw new Error(`${ended.length} spans ended`);
    return only;
  }

  const readable = (span: Span): ReadableSpan => span as unknown as ReadableSpan;

  describe(name, () => {
    describe('parents', () => {
      it('a span without a parent begins a trace', () => {
        const { tracer } = setup();
        const span = tracer.startSpan('root', {}, ROOT_CONTEXT);
        const { traceId, spanId, traceFlags } = span.spanContext();
        expect(traceId).toMatch(/^(?!0{32})[\da-f]{32}$/);
        expect(spanId).toMatch(/^(?!0{16})[\da-f]{16}$/);
        expect(traceFlags & 1).toBe(1);
        expect(readable(span).parentSpanContext).toBeUndefined();
      });

      it('a child has the trace and the tracestate of its parent', () => {
        const { tracer } = setup();
        const traceState = { serialize: () => 'a=1', get: () => '1', set: () => traceState, unset: () => traceState };
        const parent = { ...remote, traceState };
        const child = tracer.startSpan('child', {}, trace.setSpanContext(ROOT_CONTEXT, parent));
        expect(child.spanContext()).toMatchObject({ traceId, traceState });
        expect(child.spanContext().spanId).not.toBe(spanId);
        expect(readable(child).parentSpanContext).toEqual(parent);
      });

      it('an invalid parent counts as none', () => {
        const { tracer } = setup();
        for (const parent of [INVALID_SPAN_CONTEXT, { ...remote, traceId: 'abc' }, { ...remote, spanId: '1' }]) {
          const span = tracer.startSpan('root', {}, trace.setSpanContext(ROOT_CONTEXT, parent));
          expect(span.spanContext().traceId).not.toBe(parent.traceId);
          expect(readable(span).parentSpanContext).toBeUndefined();
        }
      });

      it('an upper-case trace id of a parent is kept', () => {
        const { tracer } = setup();
        const parent = { ...remote, traceId: traceId.toUpperCase() };
        const span = tracer.startSpan('child', {}, trace.setSpanContext(ROOT_CONTEXT, parent));
        expect(span.spanContext().traceId).toBe(parent.traceId);
      });

      it('root: true begins a trace, and sampler and onStart get a context without a span', () => {
        const seen: Context[] = [];
        const sampler: Sampler = {
          shouldSample(parent) {
            seen.push(parent);
            return { decision: 2 };
          },
          toString: () => 'seeing',
        };
        const { tracer, started } = setup({ sampler });
        const parent = trace.setSpanContext(ROOT_CONTEXT.setValue(key, 'kept'), remote);
        const span = tracer.startSpan('root', { root: true }, parent);
        expect(span.spanContext().traceId).not.toBe(traceId);
        for (const each of [seen[0], started[0]?.parent]) {
          expect(each && trace.getSpan(each)).toBeUndefined();
          expect(each?.getValue(key)).toBe('kept');
        }
      });

      it('the active span is the parent if no context is given', () => {
        const { tracer } = setup();
        tracer.startActiveSpan('outer', (outer) => {
          expect(tracer.startSpan('inner').spanContext().traceId).toBe(outer.spanContext().traceId);
        });
      });

      it('with tracing suppressed a span is invalid', () => {
        const { tracer, started } = setup();
        const suppressed = ROOT_CONTEXT.setValue(Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true);
        const span = tracer.startSpan('none', {}, suppressed);
        expect(span.spanContext().traceId).toBe(INVALID_TRACEID);
        expect(span.isRecording()).toBe(false);
        expect(started).toEqual([]);
      });
    });

    describe('sampling', () => {
      it('an unsampled parent gives the same trace and a new span id, recorded nowhere', () => {
        const { tracer, started } = setup();
        const parent = trace.setSpanContext(ROOT_CONTEXT, { ...remote, traceFlags: 0 });
        const span = tracer.startSpan('child', {}, parent);
        expect(span.spanContext()).toMatchObject({ traceId, traceFlags: 0 });
        expect(span.spanContext().spanId).toMatch(/^(?!00f067aa0ba902b7)[\da-f]{16}$/);
        expect(span.isRecording()).toBe(false);
        expect(started).toEqual([]);
      });

      it('recorded without being sampled: processors see it, the flag is 0', () => {
        const sampler: Sampler = { shouldSample: () => ({ decision: 1 }), toString: () => 'record' };
        const { tracer, ended } = setup({ sampler });
        const span = tracer.startSpan('local', {}, ROOT_CONTEXT);
        expect(span.isRecording()).toBe(true);
        expect(span.spanContext().traceFlags & 1).toBe(0);
        span.end();
        expect(ended).toHaveLength(1);
      });

      it('attributes of the sampler override those of the span, and its tracestate the parent’s', () => {
        const traceState = { serialize: () => 's=1', get: () => '1', set: () => traceState, unset: () => traceState };
        const sampler: Sampler = {
          shouldSample: () => ({ decision: 2, attributes: { a: 'sampler', b: 2 }, traceState }),
          toString: () => 'adding',
        };
        const { tracer, started } = setup({ sampler });
        const span = tracer.startSpan('work', { attributes: { a: 'span', c: 3 } }, ROOT_CONTEXT);
        expect(started[0]?.attributes).toEqual({ a: 'sampler', b: 2, c: 3 });
        expect(span.spanContext().traceState).toBe(traceState);
      });

      it('attributes of the sampler have the places of those they override, within the limit', () => {
        const sampler: Sampler = {
          shouldSample: () => ({ decision: 2, attributes: { a: 'sampler', s: 1 } }),
          toString: () => 'adding',
        };
        const { tracer, started } = setup({ sampler, limits: { attributeCountLimit: 2 } });
        const attributes: Attributes = { b: 1, c: 2, a: 'span' };
        const span = tracer.startSpan('work', { attributes }, ROOT_CONTEXT);
        expect(started[0]?.attributes).toEqual({ b: 1, c: 2 });
        expect(readable(span).droppedAttributesCount).toBe(2); // a, once, and s
      });

      it('a sampler gets the context, ids, name, kind, attributes and links', () => {
        const shouldSample = vi.fn(() => ({ decision: 2 as const }));
        const { tracer } = setup({ sampler: { shouldSample, toString: () => 'seeing' } });
        const parent = trace.setSpanContext(ROOT_CONTEXT, remote);
        const links = [{ context: remote, attributes: { a: 1 } }];
        tracer.startSpan('work', { kind: SpanKind.CLIENT, attributes: { x: 1 }, links }, parent);
        expect(shouldSample.mock.calls).toEqual([
          [parent, traceId, 'work', SpanKind.CLIENT, { x: 1 }, [expect.objectContaining({ context: remote })]],
        ]);
      });

      it('a sampler that throws does not throw into the service', () => {
        const sampler: Sampler = {
          shouldSample() {
            throw new Error('broken');
          },
          toString: () => 'broken',
        };
        const { tracer } = setup({ sampler });
        expect(tracer.startSpan('work', {}, ROOT_CONTEXT).isRecording()).toBe(false);
      });
    });

    describe('times', () => {
      const at = (seconds: number, nanos: number): HrTime => [seconds, nanos];

      it('as Date, Unix milliseconds, and seconds with nanoseconds', () => {
        const { tracer } = setup();
        const start = (startTime: Date | number | HrTime): HrTime =>
          readable(tracer.startSpan('work', { startTime }, ROOT_CONTEXT)).startTime;
        expect(start(new Date(1_700_000_000_123))).toEqual(at(1_700_000_000, 123_000_000));
        expect(start(1_700_000_000_123)).toEqual(at(1_700_000_000, 123_000_000));
        expect(start(1_700_000_000_123.5)).toEqual(at(1_700_000_000, 123_500_000));
        expect(start([1_700_000_000, 987_654_321])).toEqual(at(1_700_000_000, 987_654_321));
      });

      it('as performance.now()', () => {
        const { tracer } = setup();
        const now = performance.now();
        const [seconds, nanos] = readable(tracer.startSpan('work', { startTime: now }, ROOT_CONTEXT)).startTime;
        expect(Math.abs(seconds * 1000 + nanos / 1e6 - (performance.timeOrigin + now))).toBeLessThan(50);
      });

      it('0 and NaN do not throw', () => {
        const { tracer } = setup();
        for (const startTime of [0, Number.NaN]) {
          expect(() => tracer.startSpan('work', { startTime }, ROOT_CONTEXT).end(startTime)).not.toThrow();
        }
      });

      it('an end before the start gives the duration 0 and the start as end', () => {
        const { tracer, ended } = setup();
        tracer.startSpan('work', { startTime: [1_700_000_000, 5] }, ROOT_CONTEXT).end([1_600_000_000, 0]);
        expect(ended[0]?.duration).toEqual([0, 0]);
        expect(ended[0]?.endTime).toEqual([1_700_000_000, 5]);
      });

      it('the duration is the time between both', () => {
        const { tracer, ended } = setup();
        tracer.startSpan('work', { startTime: [1_700_000_000, 900_000_000] }, ROOT_CONTEXT).end([1_700_000_002, 100]);
        expect(ended[0]?.duration).toEqual([1, 100_000_100]);
      });

      it('addEvent(name, time, time2): the second one wins', () => {
        const { events } = recorded((span) => {
          (span.addEvent as (...args: unknown[]) => void)('one', [1_700_000_000, 1], [1_700_000_000, 2]);
          span.addEvent('two', [1_700_000_000, 3]);
          span.addEvent('three', { a: 1 }, new Date(1_700_000_000_000));
        });
        expect(events.map(({ time }) => time)).toEqual([
          [1_700_000_000, 2],
          [1_700_000_000, 3],
          [1_700_000_000, 0],
        ]);
        expect(events[2]?.attributes).toEqual({ a: 1 });
      });
    });

    describe('attributes', () => {
      it('false, 0, the empty string and arrays with gaps stay', () => {
        const { attributes } = recorded((span) => {
          span.setAttributes({ no: false, zero: 0, empty: '', nan: Number.NaN, far: Number.POSITIVE_INFINITY });
          span.setAttribute('gaps', [1, null, 3]);
          span.setAttribute('none', []);
        });
        expect(attributes).toEqual({
          no: false,
          zero: 0,
          empty: '',
          nan: Number.NaN,
          far: Number.POSITIVE_INFINITY,
          gaps: [1, null, 3],
          none: [],
        });
      });

      it('null, empty names, objects and mixed arrays are left out', () => {
        const { attributes } = recorded((span) => {
          const set = span.setAttribute.bind(span) as (key: string, value: unknown) => void;
          set('null', null);
          set('undefined', undefined);
          set('', 1);
          set('object', { a: 1 });
          set('mixed', [1, 'a']);
          set('nested', [[1]]);
          set('function', () => {});
          set('symbol', Symbol('x'));
          span.setAttribute('kept', 1);
        });
        expect(attributes).toEqual({ kept: 1 });
      });

      it('named like members of objects are attributes as any', () => {
        const { attributes } = recorded((span) => {
          span.setAttribute('constructor', 'a').setAttribute('hasOwnProperty', 'b').setAttribute('toString', 'c');
          span.setAttribute('constructor', 'd');
        });
        expect(Object.entries(attributes)).toEqual([
          ['constructor', 'd'],
          ['hasOwnProperty', 'b'],
          ['toString', 'c'],
        ]);
      });

      it('arrays are copied', () => {
        const list = [1, 2];
        const { attributes } = recorded((span) => {
          span.setAttribute('list', list);
          list.push(3);
        });
        expect(attributes['list']).toEqual([1, 2]);
      });

      it('beyond the limit new ones are dropped and counted, old ones can be changed', () => {
        const { attributes, droppedAttributesCount } = recorded(
          (span) => {
            span.setAttributes({ a: 1, b: 2, c: 3, d: 4 });
            span.setAttribute('a', 9);
          },
          { limits: { attributeCountLimit: 2 } },
        );
        expect(attributes).toEqual({ a: 9, b: 2 });
        expect(droppedAttributesCount).toBe(2);
      });

      it('limits of 0 keep nothing', () => {
        const { attributes, events, links, droppedAttributesCount, droppedEventsCount, droppedLinksCount } = recorded(
          (span) => {
            span.setAttribute('a', 1).addEvent('e').addLink({ context: remote });
          },
          { limits: { attributeCountLimit: 0, eventCountLimit: 0, linkCountLimit: 0 } },
        );
        expect([attributes, events, links]).toEqual([{}, [], []]);
        expect([droppedAttributesCount, droppedEventsCount, droppedLinksCount]).toEqual([1, 1, 1]);
      });

      it('texts are cut at the limit, in arrays too', () => {
        const { attributes } = recorded((span) => {
          span.setAttribute('long', 'x'.repeat(50)).setAttribute('list', ['y'.repeat(50), 'z']);
        });
        expect(attributes).toEqual({ long: 'x'.repeat(20), list: ['y'.repeat(20), 'z'] });
      });
    });

    describe('events and links', () => {
      it('beyond the limit the oldest are dropped and counted', () => {
        const { events, links, droppedEventsCount, droppedLinksCount } = recorded(
          (span) => {
            for (const name of ['a', 'b', 'c']) span.addEvent(name);
            for (const a of [1, 2, 3]) span.addLink({ context: remote, attributes: { a } });
          },
          { limits: { eventCountLimit: 2, linkCountLimit: 2 } },
        );
        expect(events.map((event) => event.name)).toEqual(['b', 'c']);
        expect(links.map(({ attributes }) => attributes)).toEqual([{ a: 2 }, { a: 3 }]);
        expect([droppedEventsCount, droppedLinksCount]).toEqual([1, 1]);
      });

      it('attributes of events and links have limits of their own', () => {
        const { events, links } = recorded(
          (span) => {
            span.addEvent('e', { a: 1, b: 2, c: 3 }).addLink({ context: remote, attributes: { a: 1, b: 2 } });
          },
          { limits: { attributePerEventCountLimit: 2, attributePerLinkCountLimit: 1 } },
        );
        expect(events[0]).toMatchObject({ attributes: { a: 1, b: 2 }, droppedAttributesCount: 1 });
        expect(links[0]).toMatchObject({ attributes: { a: 1 }, droppedAttributesCount: 1 });
      });

      it('an event has up to 128 attributes', () => {
        const attributes = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a${i}`, i]));
        const { events } = recorded((span) => void span.addEvent('e', attributes));
        expect(Object.keys(events[0]?.attributes ?? {})).toHaveLength(128);
        expect(events[0]?.droppedAttributesCount).toBe(72);
      });

      it('links with an invalid context are kept', () => {
        const { links } = recorded((span) => void span.addLinks([{ context: INVALID_SPAN_CONTEXT }]));
        expect(links).toEqual([{ context: INVALID_SPAN_CONTEXT }]);
      });

      it('links given at the start are there', () => {
        const { tracer, started } = setup();
        const links = [{ context: remote, attributes: { a: 1 } }];
        tracer.startSpan('work', { links }, ROOT_CONTEXT);
        expect(started[0] && readable(started[0].span).links).toEqual(links);
      });
    });

    describe('status', () => {
      const statusAfter = (...given: Array<{ code: SpanStatusCode; message?: unknown }>): unknown =>
        recorded((span) => {
          for (const status of given) span.setStatus(status as { code: SpanStatusCode; message?: string });
        }).status;
      const { OK, ERROR, UNSET } = SpanStatusCode;

      it('OK is final', () => {
        expect(statusAfter({ code: OK }, { code: ERROR, message: 'x' })).toEqual({ code: OK });
      });
      it('UNSET is ignored', () => {
        expect(statusAfter({ code: ERROR, message: 'x' }, { code: UNSET })).toEqual({ code: ERROR, message: 'x' });
      });
      it('OK drops the message of an error before, and has none', () => {
        expect(statusAfter({ code: ERROR, message: 'x' }, { code: OK, message: 'y' })).toEqual({ code: OK });
      });
      it('a second error without a message clears the first message', () => {
        expect(statusAfter({ code: ERROR, message: 'x' }, { code: ERROR })).toEqual({ code: ERROR });
      });
      it('a message that is no string is dropped', () => {
        expect(statusAfter({ code: ERROR, message: new Error('x') })).toEqual({ code: ERROR });
      });
    });

    describe('exceptions', () => {
      it('of all forms become an event', () => {
        const { events } = recorded((span) => {
          const record = span.recordException.bind(span) as (exception: unknown, time?: HrTime) => void;
          record('a string', [1_700_000_000, 7]);
          record({ code: 'ECODE', name: 'Name', message: 'm' });
          record({ code: 12, message: 'm' });
          record({ name: 'Name', message: 'm', stack: 's' });
          record({});
          record(null);
          record(undefined);
        });
        expect(events.map((event) => event.attributes)).toEqual([
          { 'exception.message': 'a string' },
          { 'exception.type': 'ECODE', 'exception.message': 'm' },
          { 'exception.type': '12', 'exception.message': 'm' },
          { 'exception.type': 'Name', 'exception.message': 'm', 'exception.stacktrace': 's' },
        ]);
        expect(events.every((event) => event.name === 'exception')).toBe(true);
        expect(events[0]?.time).toEqual([1_700_000_000, 7]);
      });

      it('of an Error have its stack', () => {
        const { events } = recorded((span) => span.recordException(new TypeError('no')));
        expect(events[0]?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'no' });
        expect(events[0]?.attributes?.['exception.stacktrace']).toBeTypeOf('string');
      });
    });

    describe('the end', () => {
      it('a second end is reported, and processors hear of the first only', () => {
        const errors = vi.fn();
        diag.setLogger(
          { error: errors, warn() {}, info() {}, debug() {}, verbose() {} },
          { suppressOverrideMessage: true },
        );
        const { tracer, calls } = setup();
        const span = tracer.startSpan('work', {}, ROOT_CONTEXT);
        span.end();
        span.end();
        diag.disable();
        expect(calls).toEqual(['onStart', 'onEnding', 'onEnd']);
        expect(errors).toHaveBeenCalledOnce();
      });

      it('after it nothing changes', () => {
        const { tracer, ended } = setup();
        const span = tracer.startSpan('work', {}, ROOT_CONTEXT);
        span.end([1_900_000_000, 0]);
        span.setAttribute('a', 1).setAttributes({ b: 1 }).addEvent('e').addLink({ context: remote });
        span
          .addLinks([{ context: remote }])
          .setStatus({ code: SpanStatusCode.ERROR })
          .updateName('other');
        span.recordException('x');
        span.end([1_900_000_001, 0]);
        expect(span.isRecording()).toBe(false);
        expect(ended[0]).toMatchObject({
          name: 'work',
          attributes: {},
          events: [],
          links: [],
          status: { code: SpanStatusCode.UNSET },
          endTime: [1_900_000_000, 0],
          ended: true,
        });
      });

      it('onEnding may change the span', () => {
        const processor: SpanProcessor = {
          onStart() {},
          onEnding(span) {
            span.setAttribute('late', true);
            span.updateName('renamed');
          },
          onEnd() {},
          forceFlush: async () => {},
          shutdown: async () => {},
        };
        const { attributes, name } = recorded(() => {}, { processors: [processor] });
        expect([attributes, name]).toEqual([{ late: true }, 'renamed']);
      });

      it('onEnding sees when the span ended, and how long it took', () => {
        const seen: unknown[] = [];
        const processor: SpanProcessor = {
          onStart: (span) => void seen.push(span.duration),
          onEnding: (span) => void seen.push([...span.endTime], [...span.duration], span.ended),
          onEnd() {},
          forceFlush: async () => {},
          shutdown: async () => {},
        };
        const { tracer } = setup({ processors: [processor] });
        tracer.startSpan('work', { startTime: [1_700_000_000, 0] }, ROOT_CONTEXT).end([1_700_000_001, 5]);
        expect(seen).toEqual([[-1, -1], [1_700_000_001, 5], [1, 5], false]);
      });

      it('a processor that ends the span in onEnding does not end it twice', () => {
        const processor: SpanProcessor = {
          onStart() {},
          onEnding: (span) => span.end(),
          onEnd() {},
          forceFlush: async () => {},
          shutdown: async () => {},
        };
        const { tracer, calls } = setup({ processors: [processor] });
        tracer.startSpan('work', {}, ROOT_CONTEXT).end();
        expect(calls).toEqual(['onStart', 'onEnding', 'onEnd']);
      });
    });

    describe('processors', () => {
      it('get one and the same extensible object in all hooks', () => {
        const seen: unknown[] = [];
        const processor: SpanProcessor = {
          onStart(span) {
            seen.push(span);
            Object.assign(span, { _sentryRootSpan: span });
          },
          onEnding: (span) => void seen.push(span),
          onEnd: (span) => void seen.push(span),
          forceFlush: async () => {},
          shutdown: async () => {},
        };
        const { tracer } = setup({ processors: [processor] });
        const span = tracer.startSpan('work', {}, ROOT_CONTEXT);
        span.end();
        expect(seen).toEqual([span, span, span]);
        expect(seen.every((each) => each === span)).toBe(true);
        expect((span as unknown as { _sentryRootSpan: unknown })._sentryRootSpan).toBe(span);
      });

      it('get the very context that the span was started in, and its first attributes', () => {
        const { tracer, started } = setup();
        const parent = ROOT_CONTEXT.setValue(key, 1);
        tracer.startSpan('work', { attributes: { a: 1 } }, parent);
        expect(started[0]?.parent).toBe(parent);
        expect(started[0]?.attributes).toEqual({ a: 1 });
      });

      it('read all members of a ReadableSpan', () => {
        const { tracer, ended } = setup();
        const parent = trace.setSpanContext(ROOT_CONTEXT, remote);
        const span = tracer.startSpan('work', { kind: SpanKind.SERVER, startTime: [1_700_000_000, 0] }, parent);
        span.end([1_700_000_001, 0]);
        const [read] = ended;
        expect(read).toMatchObject({
          name: 'work',
          kind: SpanKind.SERVER,
          parentSpanContext: remote,
          startTime: [1_700_000_000, 0],
          endTime: [1_700_000_001, 0],
          duration: [1, 0],
          status: { code: 0 },
          attributes: {},
          links: [],
          events: [],
          ended: true,
          instrumentationScope: { name: 'contract', version: '1.2.3' },
          droppedAttributesCount: 0,
          droppedEventsCount: 0,
          droppedLinksCount: 0,
        });
        expect(read?.resource.attributes['service.name']).toBe('shop');
        expect(read?.spanContext()).toBe(span.spanContext());
        expect(read !== undefined && 'parentSpanContext' in read && !('parentSpanId' in read)).toBe(true);
      });

      it('may copy a span with its members', () => {
        const read = recorded((span) => void span.setAttribute('a', 1));
        expect({ ...read }).toMatchObject({ name: 'work', attributes: { a: 1 }, kind: 0, status: { code: 0 } });
        const over = Object.create(read) as ReadableSpan;
        expect(over.spanContext()).toEqual(read.spanContext());
        expect(over.duration).toEqual(read.duration);
      });

      it('may change attributes in onEnd, as some hide values there', () => {
        const processor: SpanProcessor = {
          onStart() {},
          onEnd(span: ReadableSpan) {
            span.attributes['hidden'] = 'x';
          },
          forceFlush: async () => {},
          shutdown: async () => {},
        };
        const { attributes } = recorded((span) => void span.setAttribute('hidden', 'value'), {
          processors: [processor],
        });
        expect(attributes).toEqual({ hidden: 'x' });
      });

      it('that throw harm neither the service nor other processors', () => {
        const broken = (): never => {
          throw new Error('broken');
        };
        const processor: SpanProcessor = {
          onStart: broken,
          onEnding: broken,
          onEnd: broken,
          forceFlush: async () => {},
          shutdown: async () => {},
        };
        const { tracer, calls } = setup({ processors: [processor] });
        expect(() => tracer.startSpan('work', {}, ROOT_CONTEXT).end()).not.toThrow();
        expect(calls).toEqual(['onStart', 'onEnding', 'onEnd']);
      });

      it('that fail to flush make forceFlush reject', async () => {
        const processor: SpanProcessor = {
          onStart() {},
          onEnd() {},
          forceFlush: () => Promise.reject(new Error('no disk')),
          shutdown: async () => {},
        };
        await expect(setup({ processors: [processor] }).provider.forceFlush()).rejects.toBeDefined();
      });

      it('that throw in shutdown make shutdown reject, not throw', async () => {
        const processor: SpanProcessor = {
          onStart() {},
          onEnd() {},
          forceFlush: async () => {},
          shutdown() {
            throw new Error('no disk');
          },
        };
        let ending: Promise<void> | undefined;
        expect(() => {
          ending = setup({ processors: [processor] }).provider.shutdown();
        }).not.toThrow();
        await expect(ending).rejects.toBeDefined();
      });
    });

    describe('startActiveSpan', () => {
      it('with two, three and four arguments returns the function’s value', () => {
        const { tracer } = setup();
        const parent = ROOT_CONTEXT.setValue(key, 'four');
        expect(tracer.startActiveSpan('a', () => 2)).toBe(2);
        expect(tracer.startActiveSpan('a', { kind: SpanKind.CLIENT }, (span) => readable(span).kind)).toBe(
          SpanKind.CLIENT,
        );
        expect(tracer.startActiveSpan('a', {}, parent, () => context.active().getValue(key))).toBe('four');
      });

      it('makes the span active, also after an await', async () => {
        const { tracer } = setup();
        await tracer.startActiveSpan('a', async (span) => {
          expect(trace.getActiveSpan()).toBe(span);
          await Promise.resolve();
          expect(trace.getActiveSpan()).toBe(span);
        });
      });

      it('a throw leaves the span open and unset', () => {
        const { tracer, ended } = setup();
        let span: Span | undefined;
        expect(() =>
          tracer.startActiveSpan('a', (given) => {
            span = given;
            throw new Error('work failed');
          }),
        ).toThrow('work failed');
        expect(span?.isRecording()).toBe(true);
        expect(ended).toEqual([]);
        expect(span && readable(span).status).toEqual({ code: SpanStatusCode.UNSET });
      });
    });

    describe('tracers', () => {
      it('are the same for the same name, version and schema', () => {
        const { provider } = setup();
        const get = (...args: Parameters<TracerProvider['getTracer']>): Tracer => provider.getTracer(...args);
        expect(get('a', '1', { schemaUrl: 's' })).toBe(get('a', '1', { schemaUrl: 's' }));
        expect(get('a', '1')).not.toBe(get('a', '2'));
        expect(get('a', '1')).not.toBe(get('a', '1', { schemaUrl: 's' }));
      });

      it('with an empty name work', () => {
        const { provider } = setup();
        const span = provider.getTracer('').startSpan('work', {}, ROOT_CONTEXT);
        expect(readable(span).instrumentationScope.name).toBe('');
      });

      it('tolerate options that they do not know, and none', () => {
        const { tracer } = setup();
        const options = { kind: SpanKind.CLIENT, unknown: 1 };
        expect(readable(tracer.startSpan('a', options, ROOT_CONTEXT)).kind).toBe(SpanKind.CLIENT);
        expect(readable(tracer.startSpan('a', undefined, ROOT_CONTEXT)).kind).toBe(SpanKind.INTERNAL);
      });

      it('spanContext() returns the same object each time', () => {
        const { tracer } = setup();
        const span = tracer.startSpan('a', {}, ROOT_CONTEXT);
        expect(span.spanContext()).toBe(span.spanContext());
      });
    });

    describe('values of wrong types', () => {
      it('as name, version or schema of a tracer make no call throw', () => {
        const { provider } = setup();
        for (const value of [null, 1, {}, [], Symbol('x'), 1n, Object.create(null)]) {
          const any = value as never;
          expect(() => provider.getTracer(any, any, any).startSpan('a', {}, ROOT_CONTEXT).end()).not.toThrow();
          expect(() => provider.getTracer('a', '1', { schemaUrl: any })).not.toThrow();
        }
      });

      it('as the context of startActiveSpan do not keep the function from running', () => {
        const { tracer } = setup();
        for (const value of [null, undefined, 1, {}, []]) {
          expect(tracer.startActiveSpan('a', {}, value as never, () => 'ran')).toBe('ran');
        }
      });

      it('such as names of members that every object has are names like others', () => {
        const { tracer } = setup();
        const names = ['constructor', 'toString', 'hasOwnProperty'];
        const given = Object.fromEntries(names.map((name) => [name, 'x']));
        const span = tracer.startSpan('a', { attributes: given }, ROOT_CONTEXT);
        span.addEvent('event', given);
        const later = tracer.startSpan('b', {}, ROOT_CONTEXT);
        for (const name of names) later.setAttribute(name, 'x');
        const all = [readable(span).attributes, readable(span).events[0]?.attributes, readable(later).attributes];
        expect(all.map((attributes) => Object.keys(attributes ?? {}))).toEqual([names, names, names]);
      });

      it('such as a getter that ends the span leave it as it ended', () => {
        const { tracer, ended } = setup();
        for (const call of ['setAttributes', 'addEvent', 'addLink', 'setStatus'] as const) {
          const span = tracer.startSpan(call, {}, ROOT_CONTEXT);
          const ending = {
            get a() {
              span.end();
              return 1;
            },
          };
          const status = {
            code: SpanStatusCode.ERROR,
            get message() {
              return String(ending.a);
            },
          };
          if (call === 'setAttributes') span.setAttributes(ending);
          if (call === 'addEvent') span.addEvent('event', ending);
          if (call === 'addLink') span.addLink({ context: remote, attributes: ending });
          if (call === 'setStatus') span.setStatus(status);
          const { attributes, events, links, status: recorded } = ended.at(-1) as ReadableSpan;
          expect([attributes, events, links, recorded], call).toEqual([{}, [], [], { code: SpanStatusCode.UNSET }]);
        }
      });

      it('make no call throw', () => {
        const { tracer } = setup();
        const wrong: unknown[] = [null, undefined, 1, 'x', true, [], {}, Symbol('x'), 1n, () => {}, notAHrTime];
        for (const value of wrong) {
          const any = value as never;
          expect(() => {
            const span = tracer.startSpan(any, any, ROOT_CONTEXT);
            span.setAttribute(any, any).setAttributes(any).addEvent(any, any, any).addLink(any).addLinks(any);
            span.setStatus(any).updateName(any).recordException(any, any);
            span.end(any);
          }, String(value)).not.toThrow();
        }
      });
    });
  });
}
