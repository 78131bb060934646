import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeJson, encodeResponse } from '../../../scripts/test/official-messages.js';
import { exportRequest } from '../src/encode/fields.js';
import { jsonOf } from '../src/encode/json.js';
import type { ExportRequest, OtlpMetric } from '../src/encode/message.js';
import { splitTime } from '../src/encode/whole-number.js';
import { partialSuccessIn, statusIn } from '../src/transport/answer-messages.js';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const count = fc.oneof(fc.nat(300), fc.maxSafeNat());
const double = fc.double();
const timeMs = fc.integer({ min: 1, max: 4_102_444_800_000 });
const attributes = fc.array(fc.tuple(text, text), { maxLength: 4 }).map((pairs) => pairs.flat());
const point = { attributes, timeUnixNano: timeMs, startTimeUnixNano: timeMs };
const buckets = fc.record({
  offset: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  bucketCounts: fc.array(count, { minLength: 1, maxLength: 5 }),
});
const aggregationTemporality = fc.constantFrom(1 as const, 2 as const);
const points = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(each, { minLength: 1, maxLength: 3 });
const sum = fc.record({
  sum: fc.record({
    aggregationTemporality,
    isMonotonic: fc.boolean(),
    dataPoints: points(fc.record({ ...point, asDouble: double })),
  }),
});
const exponentialHistogram = fc.record({
  exponentialHistogram: fc.record({
    aggregationTemporality,
    dataPoints: points(
      fc.record({
        ...point,
        count,
        sum: double,
        scale: fc.integer({ min: -10, max: 20 }),
        zeroCount: count,
        positive: buckets,
        negative: buckets,
      }),
    ),
  }),
});
const histogram = fc.record({
  histogram: fc.record({
    aggregationTemporality,
    dataPoints: points(
      fc.record({
        ...point,
        count,
        sum: double,
        bucketCounts: fc.array(count, { minLength: 1 }),
        explicitBounds: fc.array(double, { minLength: 1 }),
      }),
    ),
  }),
});
const request = fc
  .array(
    fc.record({ name: text, description: text, unit: text, data: fc.oneof(sum, histogram, exponentialHistogram) }),
    { minLength: 1, maxLength: 3 },
  )
  .map((metrics): ExportRequest => {
    const listed = metrics.map(({ data, ...metric }): OtlpMetric => ({ ...metric, ...data }));
    const scopeMetrics = [{ scope: { name: 's', version: '1' }, metrics: listed }] as const;
    return { resourceMetrics: [{ resource: { attributes: [] }, scopeMetrics }] };
  });

test('writes in JSON what the official definitions allow, with the same content', () => {
  fc.assert(
    fc.property(request, (message) => {
      expect(decodeJson(jsonOf(message, exportRequest))).toEqual(asRead(message));
    }),
  );
});

test('keeps nanoseconds of a time between two milliseconds', () => {
  expect(splitTime(1_735_689_600_000.25)).toEqual([1_735_689_600_000, 250_000]);
});

test('reads answers, and nothing out of what is none', () => {
  const bytes = encodeResponse(70_000, 'späte Punkte');
  expect(partialSuccessIn(bytes)).toEqual({ rejected: 70_000, message: 'späte Punkte' });
  expect(partialSuccessIn(bytes.subarray(0, -1))).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (random) => {
      for (const read of [partialSuccessIn(random), statusIn(random)])
        expect(typeof (read?.message ?? '')).toBe('string');
    }),
  );
});

/** What a reader has of a message: integers and times as text. */
function asRead(value: unknown, name = ''): unknown {
  if (name === 'attributes') {
    const texts = value as string[];
    const keyValues = texts.flatMap((key, i) => (i % 2 === 0 ? [{ key, value: { stringValue: texts[i + 1] } }] : []));
    return keyValues.map((each) => asRead(each, 'keyValue'));
  }
  if (Array.isArray(value)) return value.map((each) => asRead(each, name));
  if (typeof value === 'object' && value !== null) {
    return dropAbsent(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asRead(each, key)])));
  }
  if (name.endsWith('UnixNano')) return `${value}000000`;
  return ['count', 'zeroCount', 'bucketCounts'].includes(name) ? String(value) : value;
}

/** What proto3 reads as absent: empty lists and texts, and zeroes of fields without presence. JSON has no negative zero. */
function dropAbsent(value: object): object {
  const hasPresence = ['asDouble', 'sum', 'stringValue'];
  const zeroOf = (name: string): unknown => (['count', 'zeroCount'].includes(name) ? '0' : 0); // a text may be "0"
  const isAbsent = (name: string, each: unknown): boolean =>
    Array.isArray(each)
      ? each.length === 0
      : !hasPresence.includes(name) && ['', zeroOf(name), false].includes(each as string);
  const plain = (each: unknown): unknown => (Array.isArray(each) ? each.map(plain) : Object.is(each, -0) ? 0 : each);
  const kept = Object.entries(value).filter(([name, each]) => !isAbsent(name, plain(each)));
  return Object.fromEntries(kept.map(([name, each]) => [name, plain(each)]));
}
