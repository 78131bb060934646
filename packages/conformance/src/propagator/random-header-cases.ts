import { type Baggage, type Context, propagation, type SpanContext, trace } from '@opentelemetry/api';
import type * as FastCheck from 'fast-check';
import { ConformanceFailure, expectThat, reasonOf } from '../conformance-failure.js';
import { loadFastCheck } from '../load-fast-check.js';
import { extractFrom, givenContext, injected } from './carrier.js';
import {
  everyFormat,
  type Headers,
  type PropagatorCase,
  type PropagatorFormat,
  traceFormats,
} from './propagator-case.js';

const RANDOM_MESSAGES = 10_000;
const SEED = 20_250_101;
type Fc = typeof FastCheck;

export const randomHeaderCases: readonly PropagatorCase[] = [
  {
    name: 'survives random messages, and sends on what it read',
    why: 'Headers come from any sender. What is read from a message must be read again from what is sent on.',
    formats: everyFormat,
    async run(propagator, format, randomMessages) {
      const fc = await loadFastCheck();
      check(fc, randomMessages, randomHeaders(fc, format), (headers) => {
        const context = extractFrom(propagator, headers);
        const written = injected(propagator, context);
        for (const [key, value] of Object.entries(written)) {
          expectThat(/^[\x20-\x7e]*$/.test(value) && value !== '', () => `Wrote ${key}: ${JSON.stringify(value)}.`);
        }
        const again = extractFrom(propagator, written);
        expectThat(seenIn(again) === seenIn(context), () => `Read ${seenIn(context)}, then ${seenIn(again)}.`);
      });
    },
  },
  {
    name: 'reads back every span context it writes',
    why: 'extract(inject(c)) = c.',
    formats: traceFormats,
    async run(propagator, _format, randomMessages) {
      const fc = await loadFastCheck();
      const hex = (length: number) =>
        fc
          .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
          .filter((id) => /[^0]/.test(id));
      const spanContexts = fc.record({ traceId: hex(32), spanId: hex(16), traceFlags: fc.constantFrom(0, 1) });
      check(fc, randomMessages, spanContexts, (spanContext: SpanContext) => {
        const written = injected(propagator, trace.setSpanContext(givenContext, spanContext));
        const read = trace.getSpanContext(extractFrom(propagator, written));
        const isSame =
          read?.traceId === spanContext.traceId &&
          read.spanId === spanContext.spanId &&
          read.traceFlags === spanContext.traceFlags;
        expectThat(isSame, () => `Wrote ${JSON.stringify(written)}, read ${JSON.stringify(read)}.`);
      });
    },
  },
  {
    name: 'reads back all baggage with token keys',
    why: 'extract(inject(c)) = c, for any text as value.',
    formats: ['baggage'],
    async run(propagator, _format, randomMessages) {
      const fc = await loadFastCheck();
      const token = [..."!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];
      const key = fc.oneof(
        fc.string({ unit: fc.constantFrom(...token), minLength: 1, maxLength: 20 }),
        fc.constantFrom('__proto__', 'constructor', 'toString'),
      );
      const value = fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.string({ unit: 'binary-ascii', maxLength: 30 }),
      );
      const entries = fc.uniqueArray(fc.tuple(key, value), { maxLength: 20, selector: ([name]) => name });
      check(fc, randomMessages, entries, (pairs) => {
        let baggage: Baggage = propagation.createBaggage();
        for (const [name, text] of pairs) baggage = baggage.setEntry(name, { value: text });
        const written = injected(propagator, propagation.setBaggage(givenContext, baggage));
        const read = propagation.getBaggage(extractFrom(propagator, written))?.getAllEntries() ?? [];
        const same = JSON.stringify(read.map(([name, entry]) => [name, entry.value])) === JSON.stringify(pairs);
        expectThat(same, () => `Wrote ${JSON.stringify(written)}, read ${JSON.stringify(read)}.`);
      });
    },
  },
];

function check<T>(
  fc: Fc,
  numRuns: number = RANDOM_MESSAGES,
  arbitrary: FastCheck.Arbitrary<T>,
  run: (value: T) => void,
): void {
  let failure: unknown;
  const details = fc.check(
    fc.property(arbitrary, (value) => {
      try {
        run(value);
      } catch (error) {
        failure = error;
        throw error;
      }
    }),
    { numRuns, seed: SEED },
  );
  if (!details.failed) return;
  throw new ConformanceFailure(`For ${fc.stringify(details.counterexample)}: ${reasonOf(failure)}`, { cause: failure });
}

/** What a context says, without what no propagator keeps: bits of flags that are not defined. */
function seenIn(context: Context): string {
  const spanContext = trace.getSpanContext(context);
  const entries = propagation.getBaggage(context)?.getAllEntries();
  return JSON.stringify([
    spanContext && [
      spanContext.traceId,
      spanContext.spanId,
      spanContext.traceFlags & 1,
      spanContext.traceState?.serialize(),
    ],
    entries?.map(([key, { value, metadata }]) => [key, value, metadata?.toString()]),
  ]);
}

const fieldsOf: Readonly<Record<PropagatorFormat, readonly string[]>> = {
  w3c: ['traceparent', 'tracestate'],
  'b3-single': ['b3'],
  'b3-multi': ['x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'],
  baggage: ['baggage'],
};

/** Fragments of valid headers: whole, cut, repeated and mixed with other characters. */
function randomHeaders(fc: Fc, format: PropagatorFormat): FastCheck.Arbitrary<Headers> {
  const piece = fc.oneof(
    fc.constantFrom(
      '00',
      'ff',
      '-',
      ',',
      ';',
      '=',
      ' ',
      '\t',
      '%',
      '%20',
      '%ff',
      '0',
      '1',
      'd',
      'a=1',
      'foo=1',
      '__proto__=x',
    ),
    fc.constantFrom('0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331', '0'.repeat(32), '0'.repeat(16)),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    fc
      .tuple(
        fc.constantFrom('00', 'cc', 'ff'),
        fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
        fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 }),
        fc.constantFrom('00', '01', '02', '03', 'ff', '1', 'd'),
      )
      .map(([version, trace, span, flags]) =>
        format === 'w3c' ? `${version}-${trace}-${span}-${flags}` : `${trace}-${span}-${flags}`,
      ),
    fc
      .array(fc.tuple(fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 })), { maxLength: 5 })
      .map((pairs) => pairs.map((pair) => pair.join('=')).join(',')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  const value = fc.oneof(text, fc.array(text, { maxLength: 3 }));
  return fc.dictionary(fc.constantFrom(...fieldsOf[format]), value, { maxKeys: 5 });
}
