import { expect, test } from 'vitest';
import { Timeline } from '../../src/store/statistics/timeline.js';

test('begins with the first work, wherever that is in a cell of ten seconds', () => {
  const timeline = new Timeline();
  timeline.add(9000, 5, false);
  timeline.add(9500, 5, false);
  expect(timeline.between(0, 8999).count).toBe(0);
  expect(timeline.between(9000, 9500).count).toBeCloseTo(2);
  expect(timeline.counts(0, 9999, 10)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, expect.closeTo(2)]);
});

test('begins there also when that is part of a cell of a minute', () => {
  const timeline = new Timeline();
  timeline.add(50_000, 5, false);
  timeline.add(950_000, 5, false); // takes the place of the first, which moves to a coarse cell
  expect(timeline.between(0, 49_999).count).toBe(0);
  expect(timeline.between(0, 59_999).count).toBeCloseTo(1);
});

test('begins earlier when earlier work is reported later', () => {
  const timeline = new Timeline();
  timeline.add(9000, 5, false);
  timeline.add(4000, 5, false);
  expect(timeline.between(0, 3999).count).toBe(0);
  expect(timeline.between(4000, 9000).count).toBeCloseTo(2);
});
