import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { mergedTraces } from '../../page/src/traces/merged-traces.js';
import { hasChildren, parentIndex, selfTimeMs, spanTree, visibleSpans } from '../../page/src/traces/span-tree.js';
import { barPlace, timeTicks } from '../../page/src/traces/time-window.js';
import { parseTraceFilter } from '../../page/src/traces/trace-filter.js';
import { traceQuery } from '../../page/src/traces/trace-query.js';
import { spanRow, spanRows } from './span-rows.js';

describe('a tree of spans', () => {
  const spans = [
    spanRow({ spanId: 'root', durationMs: 100 }),
    spanRow({ spanId: 'a', depth: 1, offsetMs: 10, durationMs: 40 }),
    spanRow({ spanId: 'aa', depth: 2, offsetMs: 12, durationMs: 10 }),
    spanRow({ spanId: 'b', depth: 1, offsetMs: 30, durationMs: 40 }),
    spanRow({ spanId: 'other root', offsetMs: 90 }),
  ];

  test('folds what is below a span', () => {
    const tree = spanTree(spans);
    const ids = (folded: string[]): unknown[] =>
      [...visibleSpans(tree, new Set(folded))].map((index) => spans[index]?.spanId);
    expect(ids([])).toEqual(['root', 'a', 'aa', 'b', 'other root']);
    expect(ids(['a'])).toEqual(['root', 'a', 'b', 'other root']);
    expect(ids(['root', 'a'])).toEqual(['root', 'other root']);
  });

  test('knows parents and who has children', () => {
    const tree = spanTree(spans);
    expect(spans.map((_, index) => parentIndex(tree, index))).toEqual([-1, 0, 1, 0, -1]);
    expect(spans.map((_, index) => hasChildren(tree, index))).toEqual([true, true, false, false, false]);
  });

  test('counts as own time what no child covers, overlaps once', () => {
    expect(selfTimeMs(spanTree(spans), 0)).toBe(40);
    expect(selfTimeMs(spanTree(spans), 1)).toBe(30);
  });

  test('own time is never negative nor more than the whole, whatever the clocks say', () => {
    fc.assert(
      fc.property(spanRows, (rows) => {
        const tree = spanTree(rows);
        rows.forEach((row, index) => {
          const own = selfTimeMs(tree, index);
          expect(own).toBeGreaterThanOrEqual(0);
          expect(own).toBeLessThanOrEqual(row.durationMs);
        });
      }),
      { numRuns: rounds(2000) },
    );
  });

  test('everything folded shows exactly the roots', () => {
    fc.assert(
      fc.property(spanRows, (rows) => {
        const all = new Set(rows.map(({ spanId }) => spanId));
        expect(visibleSpans(spanTree(rows), all).length).toBe(rows.filter(({ depth }) => depth === 0).length);
      }),
      { numRuns: rounds(2000) },
    );
  });
});

describe('two traces', () => {
  test('have the same spans in one row, the first with the first', () => {
    const left = [spanRow({ spanId: 'l' }), spanRow({ spanId: 'l1', depth: 1, name: 'charge', offsetMs: 1 })];
    const right = [
      spanRow({ spanId: 'r' }),
      spanRow({ spanId: 'r1', depth: 1, name: 'charge', offsetMs: 1 }),
      spanRow({ spanId: 'r2', depth: 1, name: 'charge', offsetMs: 5 }),
      spanRow({ spanId: 'r3', depth: 2, name: 'below', offsetMs: 6 }),
    ];
    expect(mergedTraces(left, right).map((row) => [row.depth, row.left?.spanId, row.right?.spanId])).toEqual([
      [0, 'l', 'r'],
      [1, 'l1', 'r1'],
      [1, undefined, 'r2'],
      [2, undefined, 'r3'],
    ]);
  });

  test('each span is in exactly one row, children below their parents', () => {
    fc.assert(
      fc.property(spanRows, spanRows, (left, right) => {
        const rows = mergedTraces(left, right);
        expect(rows.flatMap((row) => row.left?.spanId ?? []).sort()).toEqual(left.map(({ spanId }) => spanId).sort());
        expect(rows.flatMap((row) => row.right?.spanId ?? []).sort()).toEqual(right.map(({ spanId }) => spanId).sort());
        for (const [index, { depth }] of rows.entries()) {
          expect(depth).toBeLessThanOrEqual((rows[index - 1]?.depth ?? -1) + 1);
        }
      }),
      { numRuns: rounds(2000) },
    );
  });

  test('a trace equals itself', () => {
    fc.assert(
      fc.property(spanRows, (rows) => {
        const merged = mergedTraces(rows, rows);
        expect(merged).toHaveLength(rows.length);
        for (const { left, right } of merged) expect(left).toBe(right);
      }),
      { numRuns: rounds(2000) },
    );
  });

  test('may be deeper than calls may be', () => {
    const deep = Array.from({ length: 20_000 }, (_, depth) => spanRow({ spanId: String(depth), depth }));
    expect(mergedTraces(deep, deep)).toHaveLength(20_000);
  });
});

describe('a filter of traces', () => {
  test.each([
    ['POST orders', { name: 'POST orders' }],
    ['duration>200ms duration<=2s', { minMs: 200, maxMs: 2000 }],
    ['status=error', { status: 'error' }],
    ['http.route=/orders error.type=*', { attributes: ['http.route=/orders', 'error.type'] }],
    ['db.query.summary="SELECT orders"', { attributes: ['db.query.summary=SELECT orders'] }],
    ['"a=b" c', { name: 'a=b c' }],
    ['a=b=c', { attributes: ['a=b=c'] }],
  ])('%s', (text, expected) => {
    expect(parseTraceFilter(text)).toEqual({
      name: null,
      minMs: null,
      maxMs: null,
      status: null,
      attributes: [],
      problem: null,
      ...expected,
    });
  });

  test.each([
    ['duration>soon', 'A duration is a number with a unit: duration>200ms, not "duration>soon".'],
    ['status=bad', 'status is "error" or "ok", not "bad".'],
    ['http.response.status_code>400', 'Only the duration can be compared: write http.response.status_code=400.'],
  ])('%s is reported', (text, problem) => {
    expect(parseTraceFilter(text).problem).toBe(problem);
  });

  test('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseTraceFilter(text);
      }),
      { numRuns: rounds(5000) },
    );
  });

  test('becomes parameters of the API', () => {
    expect(traceQuery(parseTraceFilter('orders duration>1s status=error a=1 b'), 'slowest')).toEqual({
      name: 'orders b',
      minMs: '1000',
      status: 'error',
      attribute: ['a=1'],
      sort: 'slowest',
      limit: '500',
    });
  });
});

describe('the time of a trace', () => {
  test('a span is cut at the borders of what is shown', () => {
    const window = { fromMs: 100, untilMs: 200 };
    expect(barPlace(window, 150, 25)).toEqual({ left: 50, width: 25 });
    expect(barPlace(window, 0, 125)).toEqual({ left: 0, width: 25 });
    expect(barPlace(window, 300, 10)).toEqual({ left: 100, width: 0 });
  });

  test('has round times', () => {
    expect(timeTicks({ fromMs: 0, untilMs: 394 }, 5)).toEqual([0, 100, 200, 300]);
    expect(timeTicks({ fromMs: 130, untilMs: 180 }, 5)).toEqual([130, 140, 150, 160, 170, 180]);
    expect(timeTicks({ fromMs: 0, untilMs: 0 }, 5)).toEqual([]);
  });

  test('never has so many that they cover each other', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        fc.double({ min: 0.0001, max: 1e7, noNaN: true }),
        (fromMs, length) => {
          expect(timeTicks({ fromMs, untilMs: fromMs + length }, 5).length).toBeLessThanOrEqual(6);
        },
      ),
      { numRuns: rounds(2000) },
    );
  });
});
