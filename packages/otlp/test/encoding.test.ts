import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeJson, decodeProtobuf, encodeResponse } from '../../../scripts/test/official-messages.js';
import { exportRequest } from '../src/encode/fields.js';
import { jsonOf } from '../src/encode/json.js';
import type { ExportRequest, OtlpMetric } from '../src/encode/message.js';
import { protobufOf } from '../src/encode/protobuf.js';
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

test('writes in protobuf what the official definitions read back', () => {
  fc.assert(
    fc.property(request, (message) => {
      expect(decodeProtobuf(protobufOf(message, exportRequest))).toEqual(asRead(message, dropAbsent));
    }),
  );
});

test('writes in JSON what the official definitions allow, with the same content', () => {
  fc.assert(
    fc.property(request, (message) => {
      expect(decodeJson(jsonOf(message, exportRequest))).toEqual(asRead(message, dropMinusZero));
    }),
  );
});

test('writes half a surrogate pair as the replacement character', () => {
  const message: ExportRequest = {
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'a\ud800b', value: { stringValue: '\udfff' } }] },
        scopeMetrics: [{ scope: { name: 's', version: '1' }, metrics: [] }],
      },
    ],
  };
  const expected = [{ key: 'a\ufffdb', value: { stringValue: '\ufffd' } }];
  expect(decodeProtobuf(protobufOf(message, exportRequest)).resourceMetrics[0]?.resource.attributes).toEqual(expected);
  expect(decodeJson(jsonOf(message, exportRequest)).resourceMetrics[0]?.resource.attributes).toEqual(expected);
});

test('writes what no count can be as 0', () => {
  const dataPoints = [Number.NaN, -1, Infinity].map((wrong) => ({
    attributes: [],
    timeUnixNano: wrong,
    count: wrong,
    sum: wrong,
    bucketCounts: [wrong],
    explicitBounds: [],
  }));
  const metric: OtlpMetric = {
    name: 'm',
    description: '',
    unit: '',
    histogram: { dataPoints, aggregationTemporality: 2 },
  };
  const scopeMetrics = [{ scope: { name: '', version: '' }, metrics: [metric] }] as const;
  const message: ExportRequest = { resourceMetrics: [{ resource: { attributes: [] }, scopeMetrics }] };
  for (const decoded of [
    decodeProtobuf(protobufOf(message, exportRequest)),
    decodeJson(jsonOf(message, exportRequest)),
  ]) {
    const read = decoded.resourceMetrics[0]?.scopeMetrics[0]?.metrics[0]?.histogram?.dataPoints ?? [];
    expect(read.map(({ bucketCounts }) => bucketCounts)).toEqual([['0'], ['0'], ['0']]);
  }
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
function asRead(value: unknown, drop: (value: object) => object, name = ''): unknown {
  if (name === 'attributes') {
    const texts = value as string[];
    const keyValues = texts.flatMap((key, i) => (i % 2 === 0 ? [{ key, value: { stringValue: texts[i + 1] } }] : []));
    return keyValues.map((each) => asRead(each, drop, 'keyValue'));
  }
  if (Array.isArray(value)) return value.map((each) => asRead(each, drop, name));
  if (typeof value === 'object' && value !== null) {
    return drop(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asRead(each, drop, key)])));
  }
  if (name.endsWith('UnixNano')) return `${value}000000`;
  return ['count', 'zeroCount', 'bucketCounts'].includes(name) ? String(value) : value;
}

/** What proto3 reads as absent: empty lists, and zeroes of fields without presence. */
function dropAbsent(value: object): object {
  const hasPresence = ['asDouble', 'sum', 'stringValue'];
  const isAbsent = (name: string, each: unknown): boolean =>
    Array.isArray(each)
      ? each.length === 0
      : !hasPresence.includes(name) && ['', '0', 0, false].includes(each as string);
  return Object.fromEntries(Object.entries(value).filter(([name, each]) => !isAbsent(name, each)));
}

/** JSON has no negative zero in JavaScript. */
function dropMinusZero(value: object): object {
  const plain = (each: unknown): unknown => (Array.isArray(each) ? each.map(plain) : Object.is(each, -0) ? 0 : each);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}
