import type {
  CounterSnapshot,
  Exemplar,
  ExponentialPoint,
  FamilyColumns,
  FamilySnapshot,
  GaugeSnapshot,
  HistogramSnapshot,
  InfoSnapshot,
  SummarySnapshot,
} from '@sightline/core/backend';
import fc from 'fast-check';
import { hex, text } from './random-records.js';

/** JSON.stringify knows no negative zero. */
const double = fc.double().map((value) => value + 0);
const label = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 40 }) },
  text,
  fc.constantFrom('', '200', '0200'),
);
/** Counts, and what external sources may give instead. */
const count = fc.oneof(fc.nat(300), fc.maxSafeNat(), fc.constantFrom(Number.NaN, -1, Infinity, 0.4));
const timeMs = fc.oneof(fc.double({ min: 0, max: 4e12, noNaN: true }), fc.constantFrom(0, -1, Number.NaN, Infinity));
const exemplar: fc.Arbitrary<Exemplar> = fc.record({
  value: double,
  traceId: fc.oneof({ weight: 4, arbitrary: hex(16) }, text),
  spanId: hex(8),
  timeMs,
});
const buckets = fc.record({
  offset: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  counts: fc.array(count, { maxLength: 200 }),
});
const exponentialPoint: fc.Arbitrary<ExponentialPoint> = fc.record({
  scale: fc.integer({ min: -10, max: 20 }),
  count,
  sum: double,
  min: double,
  max: double,
  zeroCount: count,
  positive: buckets,
  negative: buckets,
  startTimeMs: timeMs,
});

/** Families with columns of the right lengths, and any values in them. */
export const family: fc.Arbitrary<FamilySnapshot> = fc
  .record({
    size: fc.integer({ min: 0, max: 5 }),
    labelNames: fc.uniqueArray(label, { maxLength: 4 }),
    width: fc.integer({ min: 0, max: 30 }),
  })
  .chain(({ size, labelNames, width }) => {
    const columns: fc.Arbitrary<FamilyColumns> = fc.record({
      name: text,
      help: text,
      unit: fc.constantFrom(undefined, 'seconds', 'messages'),
      labelNames: fc.constant(labelNames),
      optionalLabels: fc.option(fc.subarray(labelNames), { nil: undefined }),
      integerLabels: fc.option(fc.subarray(labelNames), { nil: undefined }),
      constantLabels: fc.dictionary(label, label, { maxKeys: 2 }),
      size: fc.constant(size),
      rows: fc.constant(Uint32Array.from({ length: size }, (_, i) => size - 1 - i)),
      labelValues: listOf(label, size * labelNames.length),
      startTimesMs: numbers(timeMs, size),
      origin: fc.constant('own' as const),
    });
    const values = numbers(double, size);
    const exemplars = fc.option(
      fc.array(fc.tuple(fc.nat(size * (width + 1)), exemplar), { maxLength: 4 }).map((each) => new Map(each)),
      { nil: undefined },
    );
    const of = <F>(own: fc.Arbitrary<Omit<F, keyof FamilyColumns>>): fc.Arbitrary<F> =>
      fc.tuple(columns, own).map(([shared, each]) => ({ ...shared, ...each }) as F);
    return fc.oneof(
      of<CounterSnapshot>(fc.record({ kind: fc.constant('counter' as const), values, exemplars })),
      of<GaugeSnapshot>(fc.record({ kind: fc.constant('gauge' as const), values, isAdditive: fc.boolean() })),
      of<InfoSnapshot>(fc.record({ kind: fc.constant('info' as const), values })),
      of<HistogramSnapshot>(
        fc.record({
          kind: fc.constant('histogram' as const),
          bounds: listOf(double, width),
          bucketCounts: numbers(count, size * (width + 1)),
          sums: values,
          exponential: fc.option(listOf(exponentialPoint, size), { nil: undefined }),
          exemplars,
        }),
      ),
      of<SummarySnapshot>(
        fc.record({
          kind: fc.constant('summary' as const),
          quantiles: listOf(double, width),
          quantileValues: numbers(double, size * width),
          sums: values,
          counts: numbers(count, size),
        }),
      ),
    );
  });

function listOf<T>(each: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> {
  return fc.array(each, { minLength: length, maxLength: length });
}

function numbers(each: fc.Arbitrary<number>, length: number): fc.Arbitrary<Float64Array> {
  return listOf(each, length).map((list) => Float64Array.from(list));
}
