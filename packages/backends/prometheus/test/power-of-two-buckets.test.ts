import { expect, test } from 'vitest';
import { powerOfTwoBuckets } from '../src/power-of-two-buckets.js';
import { exponentialPoint } from './families.js';

test('counts what lies at or below each power of two', () => {
  // Scale 1: two buckets to a power of two, so indices 0 and 1 end at 2, indices 2 and 3 at 4.
  const point = exponentialPoint(1, 0, [1, 2, 4, 8]);
  const buckets = powerOfTwoBuckets([point]);
  expect(buckets.bounds).toEqual([1, 2, 4]);
  expect(buckets.cumulated(point)).toEqual([0, 3, 15]);
});

test('gives all series of a family the same bounds', () => {
  const low = exponentialPoint(0, -3, [5]);
  const high = exponentialPoint(0, 1, [7]);
  const buckets = powerOfTwoBuckets([low, high]);
  expect(buckets.bounds).toEqual([0.125, 0.25, 0.5, 1, 2, 4]);
  expect(buckets.cumulated(low)).toEqual([0, 5, 5, 5, 5, 5]);
  expect(buckets.cumulated(high)).toEqual([0, 0, 0, 0, 0, 7]);
});

test('takes only bounds that a coarse scale has', () => {
  // Scale -2: a bucket spans four powers of two.
  const point = exponentialPoint(-2, -1, [3, 4]);
  const buckets = powerOfTwoBuckets([point]);
  expect(buckets.bounds).toEqual([2 ** -4, 1, 2 ** 4]);
  expect(buckets.cumulated(point)).toEqual([0, 3, 7]);
});

test('puts zeroes and negative values at or below 0', () => {
  const point = { ...exponentialPoint(0, 0, [1], 2), negative: { offset: 4, counts: [3, 4] } };
  const buckets = powerOfTwoBuckets([point]);
  expect(buckets.bounds).toEqual([0, 1, 2]);
  expect(buckets.cumulated(point)).toEqual([9, 9, 10]);
});

test('needs few bounds for the widest range', () => {
  const tiny = exponentialPoint(0, -1074, [1]);
  const huge = exponentialPoint(0, 1023, [1]);
  const { bounds, cumulated } = powerOfTwoBuckets([tiny, huge]);
  expect(bounds.length).toBeLessThanOrEqual(66);
  expect(bounds.every(Number.isFinite)).toBe(true);
  expect(cumulated(huge).at(-1)).toBe(0);
});

test('has no bounds as long as nothing was observed', () => {
  expect(powerOfTwoBuckets([exponentialPoint(8, 0, [])]).bounds).toEqual([]);
});
