import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { listWindow, movedIndex, scrolledTo } from '../../page/src/widgets/list-window.js';

const places = fc.record({
  scrollTop: fc.integer({ min: -100, max: 1_000_000 }),
  height: fc.integer({ min: 0, max: 2000 }),
  rowHeight: fc.integer({ min: 10, max: 60 }),
  count: fc.nat(30_000),
});

test('all rows in sight are drawn, and few others', () => {
  fc.assert(
    fc.property(places, (place) => {
      const { from, to } = listWindow(place);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(place.count);
      expect(to - from).toBeLessThanOrEqual(Math.ceil(place.height / place.rowHeight) + 1 + 12);
      for (let y = Math.max(0, place.scrollTop); y < place.scrollTop + place.height; y += place.rowHeight) {
        const row = Math.floor(y / place.rowHeight);
        if (row >= place.count) break;
        expect(row >= from && row < to).toBe(true);
      }
    }),
    { numRuns: rounds(5000) },
  );
});

test('a list that became shorter than where it was scrolled still draws its end', () => {
  expect(listWindow({ scrollTop: 100_000, height: 240, rowHeight: 24, count: 5 })).toEqual({ from: 0, to: 5 });
});

describe('a key', () => {
  test.each([
    ['ArrowDown', 3, 4],
    ['ArrowUp', 3, 2],
    ['ArrowUp', 0, 0],
    ['ArrowDown', 99, 99],
    ['Home', 50, 0],
    ['End', 50, 99],
    ['PageDown', 50, 70],
    ['PageUp', 5, 0],
    ['x', 5, undefined],
  ])('%s leads from %d to %s', (key, index, target) => {
    expect(movedIndex(key, index, 100, 20)).toBe(target);
  });

  test('begins at the nearer end where nothing is chosen yet', () => {
    expect([
      movedIndex('ArrowDown', -1, 9, 5),
      movedIndex('ArrowUp', -1, 9, 5),
      movedIndex('ArrowDown', -1, 0, 5),
    ]).toEqual([0, 8, undefined]);
  });
});

test('a list scrolls no more than it must to show a row', () => {
  const place = { scrollTop: 240, height: 240, rowHeight: 24 };
  expect([scrolledTo(5, place), scrolledTo(12, place), scrolledTo(20, place)]).toEqual([120, 240, 264]);
});
