import { createMetrics } from '@sightline/core';
import { deltas, type HistogramPoint, type HistogramSnapshot, pointsOf } from '@sightline/core/backend';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { hasExactRate, rateField } from '../src/exact-rate.js';
import { observedCells } from '../src/observed-cells.js';
import { sampledValues } from '../src/sampled-values.js';

/** Observations in two windows; the point of the second one, of which nothing but the buckets' difference is known. */
function secondWindow(first: readonly number[], second: readonly number[]): HistogramPoint {
  const metrics = createMetrics({ backends: [] });
  const latency = metrics.histogram('latency', { help: 'h', buckets: [1, 10], exponential: true });
  const reader = deltas(metrics);
  for (const value of first) latency.observe(value);
  reader.read().commit();
  for (const value of second) latency.observe(value);
  const family = reader.read().families.find(({ name }) => name === 'latency') as HistogramSnapshot;
  const [point] = [...pointsOf(family)];
  reader.shutdown();
  if (point?.kind !== 'histogram') throw new Error('Nothing was observed.');
  return point;
}

const value = fc.oneof(
  fc.double({ min: 0.001, max: 1000, noNaN: true }),
  fc.constant(0),
  fc.double({ min: -50, max: -0.01, noNaN: true }),
);

test('counts are exact, and sums as exact as numbers are', () => {
  const windows = fc.tuple(fc.array(value, { maxLength: 30 }), fc.array(value, { minLength: 1, maxLength: 400 }));
  fc.assert(
    fc.property(windows, fc.integer({ min: 10, max: 60 }), ([first, second], most) => {
      const { samples, left } = sampledValues(secondWindow(first, second), { max: most, hasRates: true });
      const sizes = samples.map(({ values }) => values.length);
      expect(left).toBe(0);
      expect(sizes.reduce((all, size) => all + size, 0)).toBeLessThanOrEqual(most);
      // As a server counts: 1 divided by the rate that it was given.
      const count = samples.reduce((all, { weight, values }) => all + values.length / rateOf(weight), 0);
      expect(count).toBe(second.length);
      const sum = samples.reduce((all, { weight, values }) => all + weight * values.reduce((a, b) => a + b, 0), 0);
      const magnitude = [...first, ...second].reduce((all, each) => all + Math.abs(each), 0);
      expect(Math.abs(sum - second.reduce((a, b) => a + b, 0))).toBeLessThanOrEqual(1e-9 * magnitude + 1e-12);
    }),
    { numRuns: rounds(300) },
  );
});

function rateOf(weight: number): number {
  return weight === 1 ? 1 : Number(rateField(weight).slice(2));
}

test('every weight up to a million million has few values and an exact rate', () => {
  for (const count of [101, 1000, 65_537, 10 ** 6 + 7, 10 ** 12 + 11, 2 ** 45 - 1]) {
    const point: HistogramPoint = {
      ...{ count, sum: 1.5 * count, bounds: [1, 2], bucketCounts: [0, count, 0] },
      exponential: undefined,
    };
    const { samples } = sampledValues(point, { max: 100, hasRates: true });
    expect(samples.reduce((all, { weight, values }) => all + weight * values.length, 0)).toBe(count);
    expect(samples.flatMap(({ values }) => values).length).toBeLessThanOrEqual(100);
    for (const { weight } of samples) {
      expect(hasExactRate(weight)).toBe(true);
      expect(Math.trunc(1 / rateOf(weight))).toBe(weight);
    }
  }
});

test('49 has no exact rate, so no value stands for 49', () => {
  expect(hasExactRate(49)).toBe(false);
});

describe('values', () => {
  test('are within a bucket of what was observed', () => {
    const observed = Array.from({ length: 90 }, (_, i) => 0.001 * 1.1 ** i);
    const point = secondWindow([5, 0.02], observed);
    const { samples } = sampledValues(point, { max: 100, hasRates: true });
    const width = 2 ** (2 ** -(point.exponential?.scale ?? 0)) - 1;
    expect(width).toBeLessThan(0.1);
    for (const [i, sent] of (samples[0]?.values ?? []).entries()) {
      expect(Math.abs(sent / (observed[i] ?? 0) - 1)).toBeLessThanOrEqual(width);
    }
  });

  test('are exact for a single observation', () => {
    const { samples } = sampledValues(secondWindow([3, 900], [0.123]), { max: 100, hasRates: true });
    expect(samples).toEqual([{ weight: 1, values: [expect.closeTo(0.123, 12)] }]);
  });

  test('keep the smallest and the largest beside the means of all others', () => {
    const observed = [0.001, ...new Array<number>(5000).fill(1), 500];
    const values = sampledValues(secondWindow([], observed), { max: 20, hasRates: true }).samples.flatMap(
      (sample) => sample.values,
    );
    expect(Math.min(...values) / 0.001).toBeCloseTo(1, 0);
    expect(Math.max(...values) / 500).toBeCloseTo(1, 1);
  });

  test('without rates stand for one observation each, and the others are counted', () => {
    const { samples, left } = sampledValues(secondWindow([], new Array<number>(50).fill(2)), {
      max: 10,
      hasRates: false,
    });
    expect(samples).toEqual([{ weight: 1, values: new Array(10).fill(2) }]);
    expect(left).toBe(40);
  });
});

describe('explicit buckets, where an external source has no others', () => {
  const point = (bucketCounts: number[], sum: number, bounds = [1, 10]): HistogramPoint => ({
    ...{ bounds, bucketCounts, sum, exponential: undefined },
    count: bucketCounts.reduce((a, b) => a + b, 0),
  });

  test('have values that add up to the sum', () => {
    expect(observedCells(point([2, 2, 0], 12))).toEqual([
      { value: 0.5, count: 2 },
      { value: 5.5, count: 2 },
    ]);
  });

  test('give what lies above all of them the rest of the sum', () => {
    expect(observedCells(point([0, 0, 2], 300))).toEqual([{ value: 150, count: 2 }]);
  });

  test('give what lies below zero the rest of the sum', () => {
    expect(observedCells(point([2, 0], -30, [-1]))).toEqual([{ value: -15, count: 2 }]);
  });

  test('may be none at all', () => {
    expect(observedCells(point([4], 10, []))).toEqual([{ value: 2.5, count: 4 }]);
  });
});
