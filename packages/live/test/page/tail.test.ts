import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { appended, emptyTail, prepended, type Tail } from '../../page/src/tail/tail.js';

interface Row {
  readonly id: string;
  readonly timeMs: number;
}
const rows = (...ids: number[]): Row[] => ids.map((id) => ({ id: String(id).padStart(4, '0'), timeMs: id }));
const timeOf = ({ timeMs }: Row): number => timeMs;
const keeping = (maxRows: number) => ({ maxRows, timeOf });
const shown = (tail: Tail<Row>): unknown[] =>
  tail.entries.map((entry) => (entry.kind === 'row' ? Number(entry.id) : `gap of ${entry.count}`));

test('rows stand in the order in which they came', () => {
  expect(shown(appended(appended(emptyTail, rows(1, 2), 0, keeping(10)), rows(3), 0, keeping(10)))).toEqual([1, 2, 3]);
});

test('what was not sent is a gap with its number, and gaps in a row are one', () => {
  const first = appended(appended<Row>(emptyTail, rows(1), 0, keeping(10)), rows(), 5, keeping(10));
  expect(shown(appended(first, rows(9), 2, keeping(10)))).toEqual([1, 'gap of 7', 9]);
});

test('a row that is there already is not added twice', () => {
  expect(shown(appended(appended(emptyTail, rows(1, 2), 0, keeping(10)), rows(2, 3), 0, keeping(10)))).toEqual([
    1, 2, 3,
  ]);
});

test('a row that comes late gets to where its time belongs, after those of the same time', () => {
  const tail = appended(appended(emptyTail, rows(1, 3, 5), 0, keeping(10)), rows(6, 2, 4), 0, keeping(10));
  expect(shown(tail)).toEqual([1, 2, 3, 4, 5, 6]);
  const late = [{ id: 'late', timeMs: 3 }];
  expect(
    appended(tail, late, 0, keeping(10))
      .entries.map(({ id }) => id)
      .slice(2, 4),
  ).toEqual(['0003', 'late']);
});

test('a gap stays after the rows that were there before it', () => {
  const tail = appended(appended<Row>(emptyTail, rows(1, 5), 0, keeping(10)), rows(3, 8), 2, keeping(10));
  expect(shown(tail)).toEqual([1, 3, 5, 'gap of 2', 8]);
});

test('a late row older than all that is kept is not shown', () => {
  expect(shown(appended(appended(emptyTail, rows(4, 5), 0, keeping(2)), rows(1), 0, keeping(2)))).toEqual([4, 5]);
});

test('the oldest go first', () => {
  const tail = appended(appended(emptyTail, rows(1, 2, 3), 0, keeping(3)), rows(4, 5), 0, keeping(3));
  expect(shown(tail)).toEqual([3, 4, 5]);
});

test('older rows are put before the first', () => {
  const tail = prepended(appended(emptyTail, rows(3, 4), 0, keeping(10)), rows(1, 2, 3), timeOf);
  expect(shown(tail)).toEqual([1, 2, 3, 4]);
});

describe('whatever comes', () => {
  test('rows are in the order of their times, those of the same time in that in which they came', () => {
    const times = fc.array(fc.array(fc.nat(20), { maxLength: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(times, (batches) => {
        let next = 0;
        const all = batches.map((batch) => batch.map((timeMs) => ({ id: String(next++).padStart(4, '0'), timeMs })));
        const tail = all.reduce((before, batch) => appended(before, batch, 0, keeping(1000)), emptyTail as Tail<Row>);
        const sorted = all.flat().sort((a, b) => a.timeMs - b.timeMs);
        expect(tail.entries.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id));
      }),
      { numRuns: rounds(2000) },
    );
  });

  const steps = fc.array(fc.record({ count: fc.nat(20), skipped: fc.nat(5) }), { maxLength: 30 });

  test('there are at most as many as may be', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 40 }), (all, maxRows) => {
        let next = 0;
        let tail: Tail<Row> = emptyTail;
        for (const { count, skipped } of all) {
          const ids = Array.from({ length: count }, () => next++);
          tail = appended(tail, rows(...ids), skipped, keeping(maxRows));
          expect(tail.entries.length).toBeLessThanOrEqual(maxRows);
          if (count > 0) expect(tail.entries.at(-1)?.id).toBe(rows(next - 1)[0]?.id);
        }
      }),
      { numRuns: rounds(2000) },
    );
  });

  test('received and skipped are all there as long as there is room', () => {
    fc.assert(
      fc.property(steps, (all) => {
        let next = 0;
        let tail: Tail<Row> = emptyTail;
        for (const { count, skipped } of all)
          tail = appended(tail, rows(...Array.from({ length: count }, () => next++)), skipped, keeping(10_000));
        const sum = tail.entries.reduce((total, entry) => total + (entry.kind === 'row' ? 1 : entry.count), 0);
        expect(sum).toBe(all.reduce((total, { count, skipped }) => total + count + skipped, 0));
      }),
      { numRuns: rounds(2000) },
    );
  });
});
