import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import {
  addExponential,
  bucketUpperBound,
  type ExponentialPoint,
  quantileError,
  quantileOf,
  subtractExponential,
} from '../src/backend.js';
import { ExponentialHistogram, MAX_BUCKETS, MAX_SCALE } from '../src/exponential/exponential-histogram.js';

test('powers of two are the upper bounds of their buckets at every scale, down to the smallest subnormal', () => {
  for (let exponent = -1074; exponent <= 1023; exponent++) {
    const point = recorded([2 ** exponent]);
    expect(point.scale).toBe(MAX_SCALE);
    expect(point.positive).toEqual({ offset: exponent * 2 ** MAX_SCALE - 1, counts: [1] });
  }
});

test('every value lies within the bounds of its bucket, to the rounding of a logarithm', () => {
  fc.assert(
    fc.property(positive(), (value) => {
      const { positive: buckets, scale } = recorded([value]);
      expect(value).toBeLessThanOrEqual(bucketUpperBound(buckets.offset, scale) * (1 + 1e-12));
      expect(value).toBeGreaterThanOrEqual(bucketUpperBound(buckets.offset - 1, scale) * (1 - 1e-12));
    }),
    { numRuns: rounds(2000) },
  );
});

test('counts everything once, within the bucket limit, whatever the range', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 200 }), (values) => {
      const point = recorded(values);
      const positive = sumOf(point.positive.counts);
      const negative = sumOf(point.negative.counts);
      expect(positive).toBe(values.filter((value) => value > 0).length);
      expect(negative).toBe(values.filter((value) => value < 0).length);
      expect(point.zeroCount).toBe(values.length - positive - negative);
      expect(point.count).toBe(values.length);
      expect(point.positive.counts.length).toBeLessThanOrEqual(MAX_BUCKETS);
      expect(point.negative.counts.length).toBeLessThanOrEqual(MAX_BUCKETS);
    }),
  );
});

test('from the smallest to the largest double is still one histogram', () => {
  const point = recorded([5e-324, 1.7976931348623157e308]);
  expect(point.count).toBe(2);
  expect(sumOf(point.positive.counts)).toBe(2);
  expect(point.scale).toBe(-4);
});

describe('quantiles are within the stated error of the exact order statistic', () => {
  const random = seeded(42);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  test.each([
    ['constant', () => 0.037],
    ['lognormal, narrow', () => Math.exp(normal() * 0.3)],
    ['lognormal', () => Math.exp(normal())],
    ['lognormal, wide', () => Math.exp(normal() * 2.5)],
    ['bimodal', () => (random() < 0.5 ? 0.002 : 0.3) * (1 + random() / 10)],
    ['with one outlier far below', (i: number) => (i === 0 ? 1e-9 : Math.exp(normal()))],
    ['with one outlier far above', (i: number) => (i === 0 ? 1e9 : Math.exp(normal()))],
    ['negative', () => -Math.exp(normal())],
    ['on both sides of zero', () => normal()],
  ])('%s', (_, next) => {
    const values = Array.from({ length: 10_000 }, (_unused, i) => next(i));
    const point = recorded(values);
    const sorted = values.toSorted((a, b) => a - b);
    for (const q of [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1]) {
      const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] as number;
      const error = Math.abs(quantileOf(point, q) - exact) / Math.abs(exact);
      expect(error, `quantile ${q} at scale ${point.scale}`).toBeLessThanOrEqual(quantileError(point.scale) * 1.0001);
    }
  });

  test('of nothing is not a number', () => {
    expect(quantileOf(recorded([]), 0.5)).toBeNaN();
  });
});

test('the difference of two points is what was recorded between, over any downscaling', () => {
  fc.assert(
    fc.property(fc.array(positive(), { maxLength: 50 }), fc.array(positive(), { maxLength: 50 }), (before, after) => {
      const histogram = new ExponentialHistogram(0);
      for (const value of before) histogram.record(value);
      const earlier = histogram.point();
      for (const value of after) histogram.record(value);
      const difference = subtractExponential(histogram.point(), earlier);
      expect(difference.count).toBe(after.length);
      expect(sumOf(difference.positive.counts)).toBe(after.length);
      if (earlier.count > 0) expect(difference.min).toBeNaN();
      const sum = addExponential(earlier, difference);
      expect(sum.count).toBe(before.length + after.length);
      expect(sum.scale).toBe(histogram.point().scale);
      expect(trimmed(sum)).toEqual(trimmed(histogram.point()));
    }),
  );
});

test('a point that holds less than the earlier one is a restart', () => {
  const later = recorded([1]);
  expect(subtractExponential(later, recorded([1, 1]))).toBe(later);
  expect(subtractExponential(later, recorded([8]))).toBe(later);
});

test('adding two points keeps to the bucket limit', () => {
  const sum = addExponential(recorded([1e-9, 1.1e-9]), recorded([1e9]));
  expect(sum.positive.counts.length).toBeLessThanOrEqual(MAX_BUCKETS);
  expect(sumOf(sum.positive.counts)).toBe(3);
  expect(sum).toMatchObject({ count: 3, min: 1e-9, max: 1e9 });
});

function recorded(values: readonly number[]): ExponentialPoint {
  const histogram = new ExponentialHistogram(0);
  for (const value of values) histogram.record(value);
  return histogram.point();
}

function positive(): fc.Arbitrary<number> {
  return fc.double({ min: 5e-324, max: 1.7e308, noNaN: true });
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function trimmed({ positive: { offset, counts } }: ExponentialPoint): unknown {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  return { offset: first < 0 ? 0 : offset + first, counts: counts.slice(Math.max(0, first), last + 1) };
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
