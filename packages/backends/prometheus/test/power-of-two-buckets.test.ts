import { expect, test } from 'vitest';
import { powerOfTwoBuckets } from '../src/power-of-two-buckets.js';
import { exponentialPoint } from './families.js';

const none = powerOfTwoBuckets('rows');
const countAt = (bound: number, point: ReturnType<typeof exponentialPoint>): number | undefined =>
  none.cumulated(point)[none.bounds.indexOf(bound)];

test('has bounds that follow from the unit, whatever was observed', () => {
  expect(none.bounds.slice(0, 4)).toEqual([0, 1, 2, 4]);
  expect(none.bounds.at(-1)).toBe(2 ** 24);
  expect(powerOfTwoBuckets('seconds').bounds.slice(1)).toEqual(Array.from({ length: 21 }, (_, i) => 2 ** (i - 14)));
});

test('counts what lies at or below each power of two', () => {
  // Scale 1: two buckets to a power of two, so indices 0 and 1 end at 2, indices 2 and 3 at 4.
  const point = exponentialPoint(1, 0, [1, 2, 4, 8]);
  expect([1, 2, 4, 8].map((bound) => countAt(bound, point))).toEqual([0, 3, 15, 15]);
});

test('counts a bucket that is too coarse at the lowest bound in it, so that counts never fall', () => {
  // Scale -2: a bucket spans four powers of two.
  const point = exponentialPoint(-2, -1, [3, 4]);
  expect([1, 2, 16].map((bound) => countAt(bound, point))).toEqual([3, 7, 7]);
});

test('puts zeroes and negative values at or below 0', () => {
  const point = { ...exponentialPoint(0, 0, [1], 2), negative: { offset: 4, counts: [3, 4] } };
  expect([0, 1, 2].map((bound) => countAt(bound, point))).toEqual([9, 9, 10]);
});

test('counts what lies beyond all bounds at none of them', () => {
  expect(none.cumulated(exponentialPoint(0, 1023, [1])).at(-1)).toBe(0);
  expect(none.cumulated(exponentialPoint(0, -1074, [1]))[1]).toBe(1);
});
