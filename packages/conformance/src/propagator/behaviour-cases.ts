import {
  baggageEntryMetadataFromString,
  INVALID_SPAN_CONTEXT,
  propagation,
  type TextMapPropagator,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { ConformanceFailure, expectThat, reasonOf } from '../conformance-failure.js';
import { extractFrom, givenContext, holdsGiven, injected } from './carrier.js';
import { everyFormat, type PropagatorCase, type PropagatorFormat, traceFormats } from './propagator-case.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

/** What a propagator does whatever the message says (OpenTelemetry specification, "Propagators API"). */
export const behaviourCases: readonly PropagatorCase[] = [
  {
    name: 'writes nothing for an empty context',
    why: 'There is nothing to continue.',
    formats: everyFormat,
    run(propagator) {
      expectNothingWritten(injected(propagator, givenContext));
    },
  },
  {
    name: 'writes nothing for an invalid span context',
    why: 'Ids of zeroes are what a span without an SDK has.',
    formats: traceFormats,
    run(propagator) {
      expectNothingWritten(injected(propagator, trace.setSpanContext(givenContext, INVALID_SPAN_CONTEXT)));
    },
  },
  {
    name: 'writes a local span and reads it back',
    why: 'That is what propagation is.',
    formats: traceFormats,
    run(propagator) {
      for (const traceFlags of [TraceFlags.NONE, TraceFlags.SAMPLED]) {
        const local = trace.setSpanContext(givenContext, { traceId, spanId, traceFlags });
        const read = trace.getSpanContext(extractFrom(propagator, injected(propagator, local)));
        const isSame = read?.traceId === traceId && read.spanId === spanId && (read.traceFlags & 1) === traceFlags;
        expectThat(isSame && read.isRemote === true, () => `Read back ${JSON.stringify(read)}.`);
      }
    },
  },
  {
    name: 'sends the random flag on with a child that has lost it',
    why: "Level 2: a set flag stays set for the same trace id. OpenTelemetry's SDK keeps only the sampled flag.",
    formats: ['w3c'],
    run(propagator) {
      const received = extractFrom(propagator, { traceparent: `00-${traceId}-${spanId}-03` });
      const child = trace.setSpanContext(received, { traceId, spanId: '1111111111111111', traceFlags: 1 });
      const { traceparent } = injected(propagator, child);
      expectThat(traceparent === `00-${traceId}-1111111111111111-03`, () => `Wrote ${traceparent}.`);
    },
  },
  {
    name: 'leaves the random flag unset if it came in unset',
    why: 'Level 2: an unset flag stays unset for the same trace id.',
    formats: ['w3c'],
    run(propagator) {
      const received = extractFrom(propagator, { traceparent: `00-${traceId}-${spanId}-01` });
      const child = trace.setSpanContext(received, { traceId, spanId: '1111111111111111', traceFlags: 1 });
      const { traceparent } = injected(propagator, child);
      expectThat(traceparent === `00-${traceId}-1111111111111111-01`, () => `Wrote ${traceparent}.`);
    },
  },
  {
    name: 'keeps debug for a child that was not sampled',
    why: 'B3: debug holds for the trace, whatever a sampler here says.',
    formats: ['b3-single', 'b3-multi'],
    run(propagator) {
      const received = extractFrom(propagator, { b3: `${traceId}-${spanId}-d` });
      const child = trace.setSpanContext(received, { traceId, spanId: '1111111111111111', traceFlags: 0 });
      const again = extractFrom(propagator, injected(propagator, child));
      expectThat(trace.getSpanContext(again)?.traceFlags === 1, () => 'Debug was lost.');
    },
  },
  {
    name: 'keeps the span of a context in which nothing is received',
    why: 'A failed extraction changes nothing, whatever is active.',
    formats: traceFormats,
    run(propagator) {
      const active = trace.setSpanContext(givenContext, { traceId, spanId, traceFlags: TraceFlags.SAMPLED });
      const nonsense = Object.fromEntries(propagator.fields().map((field) => [field, 'nonsense']));
      for (const headers of [{}, nonsense]) {
        expectThat(
          extractFrom(propagator, headers, active) === active,
          () => `The context is another one after ${JSON.stringify(headers)}.`,
        );
      }
    },
  },
  {
    name: 'keeps what else a context holds',
    why: 'Request ids, baggage and the span belong to others, who put them there first.',
    formats: everyFormat,
    run(propagator, format) {
      const other =
        format === 'baggage'
          ? trace.setSpanContext(givenContext, { traceId, spanId, traceFlags: TraceFlags.SAMPLED })
          : propagation.setBaggage(givenContext, propagation.createBaggage({ a: { value: '1' } }));
      const context = extractFrom(propagator, samples[format], other);
      expectThat(context !== other, () => 'Read nothing.');
      expectThat(holdsGiven(context), () => 'A value set by other code is gone.');
      const isKept =
        format === 'baggage'
          ? trace.getSpanContext(context)?.spanId === spanId
          : propagation.getBaggage(context)?.getEntry('a')?.value === '1';
      expectThat(isKept, () => `The ${format === 'baggage' ? 'span' : 'baggage'} is gone.`);
    },
  },
  {
    name: 'does not replace baggage that a message without any is received in',
    why: 'A failed extraction changes nothing.',
    formats: ['baggage'],
    run(propagator) {
      const baggage = propagation.createBaggage({ a: { value: '1' } });
      const context = propagation.setBaggage(givenContext, baggage);
      expectThat(extractFrom(propagator, {}, context) === context, () => 'The context is another one.');
    },
  },
  {
    name: 'writes nothing while tracing is suppressed',
    why: "OpenTelemetry's exporters suppress tracing around their own requests.",
    formats: everyFormat,
    run(propagator, format) {
      const suppressed = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
      expectNothingWritten(injected(propagator, received(propagator, format).setValue(suppressed, true)));
    },
  },
  {
    name: 'names every field it writes',
    why: 'A caller that reuses a message clears the fields first (`fields`).',
    formats: everyFormat,
    run(propagator, format) {
      const written = Object.keys(injected(propagator, received(propagator, format)));
      const unnamed = written.filter((key) => !propagator.fields().includes(key));
      expectThat(written.length > 0, () => 'Wrote nothing.');
      expectThat(unnamed.length === 0, () => `Wrote ${unnamed.join(', ')} without naming them in fields().`);
    },
  },
  {
    name: 'encodes what the value of a property may not hold',
    why: 'W3C Baggage: the rules of values hold for the values of properties. What is encoded already stays.',
    formats: ['baggage'],
    run(propagator) {
      const metadata = baggageEntryMetadataFromString('p=Amélie "x";q;r=50%;s=%20');
      const baggage = propagation.createBaggage({ a: { value: '1', metadata } });
      const written = injected(propagator, propagation.setBaggage(givenContext, baggage))['baggage'];
      const right = 'a=1;p=Am%C3%A9lie%20%22x%22;q;r=50%25;s=%20';
      expectThat(written === right, () => `Wrote ${JSON.stringify(written)} where ${JSON.stringify(right)} is right.`);
    },
  },
  {
    name: 'takes null for a field that is not there',
    why: "Fetch's Headers say it so, and a getter made of them by a caller without types does too.",
    formats: everyFormat,
    run(propagator, format) {
      const headers: Readonly<Record<string, string>> = samples[format];
      const context = propagator.extract(givenContext, headers, {
        keys: Object.keys,
        get: (carrier, key) => (carrier[key] ?? null) as string | undefined,
      });
      const [written, right] = [context, received(propagator, format)].map((each) => injected(propagator, each));
      expectThat(
        JSON.stringify(written) === JSON.stringify(right),
        () => `Sent on ${JSON.stringify(written)} where ${JSON.stringify(right)} is right.`,
      );
    },
  },
  {
    name: 'ignores values that are no text',
    why: 'Carriers of other protocols hold numbers, bytes and nested objects.',
    formats: everyFormat,
    run(propagator) {
      for (const value of [7, true, null, {}, new Uint8Array(55), Symbol('x'), [7], [null], [[]], () => 'x']) {
        const context = neverThrowing(() =>
          propagator.extract(givenContext, {}, { keys: () => propagator.fields(), get: () => value as string }),
        );
        expectThat(context === givenContext, () => `Read something of ${String(value)}.`);
      }
    },
  },
  {
    name: 'survives a carrier that throws when it is read',
    why: 'Extraction must not throw, and must not change the context.',
    formats: everyFormat,
    run(propagator) {
      const fail = (): never => {
        throw new Error('hostile');
      };
      const context = neverThrowing(() => propagator.extract(givenContext, {}, { keys: fail, get: fail }));
      expectThat(context === givenContext, () => 'The context is another one.');
    },
  },
  {
    name: 'survives a carrier that throws when it is written',
    why: 'A frozen message must not fail the request.',
    formats: everyFormat,
    run(propagator, format) {
      const context = received(propagator, format);
      neverThrowing(() =>
        propagator.inject(
          context,
          {},
          {
            set() {
              throw new Error('frozen');
            },
          },
        ),
      );
    },
  },
];

/** A context with something in it that the format writes. */
export function received(propagator: TextMapPropagator, format: PropagatorFormat): typeof givenContext {
  return extractFrom(propagator, samples[format]);
}

const samples: Readonly<Record<PropagatorFormat, Readonly<Record<string, string>>>> = {
  w3c: { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'foo=1' },
  'b3-single': { b3: `${traceId}-${spanId}-1` },
  'b3-multi': { 'x-b3-traceid': traceId, 'x-b3-spanid': spanId, 'x-b3-sampled': '1' },
  baggage: { baggage: 'a=1' },
};

export function neverThrowing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new ConformanceFailure(`It threw: ${reasonOf(error)}`, { cause: error });
  }
}

function expectNothingWritten(written: Readonly<Record<string, string>>): void {
  expectThat(Object.keys(written).length === 0, () => `Wrote ${JSON.stringify(written)}.`);
}
