import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { createDrawQueue } from '../../page/src/charts/draw-queue.js';
import { heatCell, heatSummary, usedRows } from '../../page/src/charts/heat-rows.js';
import { extendedHistory } from '../../page/src/charts/metric-window.js';
import { sparkPath } from '../../page/src/charts/spark-path.js';
import { chartRows, chartSummary, lastKnown } from '../../page/src/charts/summary.js';
import { chainLevels } from '../../page/src/pages/messages/chain-levels.js';
import type { MetricHistoryAnswer, MetricRow } from '../../src/model/answers.js';

describe('the queue of drawings', () => {
  function frames(): { request(callback: () => void): void; next(): void; count: number } {
    let waiting: (() => void) | undefined;
    return {
      count: 0,
      request(callback) {
        waiting = callback;
        this.count++;
      },
      next() {
        const callback = waiting;
        waiting = undefined;
        callback?.();
      },
    };
  }

  test('draws one chart a frame, and a chart that asked twice once', () => {
    const given = frames();
    const queue = createDrawQueue((callback) => given.request(callback));
    const drawn: string[] = [];
    const [first, second] = [() => void drawn.push('first'), () => void drawn.push('second')];
    queue.add(first);
    queue.add(second);
    queue.add(first);
    given.next();
    expect(drawn).toEqual(['first']);
    given.next();
    given.next();
    expect(drawn).toEqual(['first', 'second']);
    expect(given.count).toBe(2);
  });

  test('goes on after a chart that fails, and forgets one that is gone', () => {
    const given = frames();
    const queue = createDrawQueue((callback) => given.request(callback));
    const drawn: string[] = [];
    const gone = (): void => void drawn.push('gone');
    queue.add(() => {
      throw new Error('no canvas');
    });
    queue.add(gone);
    queue.add(() => void drawn.push('last'));
    queue.remove(gone);
    expect(() => given.next()).toThrow('no canvas');
    given.next();
    expect(drawn).toEqual(['last']);
  });
});

describe('a small line', () => {
  test('has gaps where nothing is known', () => {
    expect(sparkPath([0, 10, null, 5], 30, 10)).toBe('M0.0 10.0L10.0 0.0M30.0 5.0');
  });
  test('lies at the bottom if all is zero, and is nothing without values', () => {
    expect(sparkPath([0, 0], 10, 10)).toBe('M0.0 10.0L10.0 10.0');
    expect(sparkPath([], 10, 10)).toBe('');
  });
});

describe('a chart in words', () => {
  const format = (value: number): string => `${value} ms`;

  test('says the newest, smallest and largest value', () => {
    expect(chartSummary([{ name: 'p95', values: [1, 9, null, 4] }], format)).toBe('p95: now 4 ms, from 1 ms to 9 ms.');
  });
  test('says where nothing is known', () => {
    expect(chartSummary([{ name: 'p95', values: [null] }], format)).toBe('p95: no data.');
    expect(chartSummary([{ name: 'p95', values: [5, null, null] }], format)).toBe(
      'p95: nothing now, from 5 ms to 5 ms.',
    );
  });
  test('does not read out 40 lines', () => {
    const series = Array.from({ length: 40 }, (_, index) => ({ name: `s${index}`, values: [1] }));
    expect(chartSummary(series, format)).toMatch(/And 34 more\.$/);
  });
  test('the interval that is still open may have no value yet', () => {
    expect([lastKnown([1, 2]), lastKnown([1, null]), lastKnown([1, null, null]), lastKnown([])]).toEqual([
      2,
      1,
      null,
      null,
    ]);
  });
});

test('a table of a chart has few rows, the newest first, each with its interval', () => {
  const timesMs = Array.from({ length: 100 }, (_, index) => index * 1000);
  const rows = chartRows(timesMs, [{ name: 'a', values: timesMs.map((ms) => ms / 1000) }], 10);
  expect(rows).toHaveLength(10);
  expect(rows[0]).toEqual({ fromMs: 89_000, untilMs: 99_000, values: [99] });
  expect(rows.every(({ fromMs, untilMs }) => fromMs < untilMs)).toBe(true);
});

describe('a heat map', () => {
  const heatMap = { bounds: [1, 2, 5, 10, null], counts: [[0, 4, 0, 0, 0], null, [0, 1, 1, 0, 0]] };

  test('shows the buckets that are used and one more at each end, the highest first', () => {
    expect(usedRows(heatMap)).toEqual([3, 2, 1, 0]);
    expect(usedRows({ bounds: [1, null], counts: [] })).toEqual([1, 0]);
  });

  test('says what lies at a point', () => {
    const rows = usedRows(heatMap);
    const timesMs = [1000, 2000, 3000];
    expect(heatCell(heatMap, timesMs, rows, 0, 0.6)).toEqual({ fromMs: 0, untilMs: 1000, low: 1, high: 2, count: 4 });
    expect(heatCell(heatMap, timesMs, rows, 0.5, 0.6)).toMatchObject({ fromMs: 1000, untilMs: 2000, count: null });
    expect(heatCell(heatMap, timesMs, rows, 0.9, 0.99)).toMatchObject({ low: null, high: 1, count: 0 });
    expect(heatCell(heatMap, timesMs, rows, 1, 1)).toBeNull();
  });

  test('in words', () => {
    const format = (value: number): string => `${value} s`;
    expect(heatSummary(heatMap, format)).toBe(
      '83 percent of 6 observations are 1 s to 2 s; the largest are 2 s to 5 s.',
    );
    expect(heatSummary({ bounds: [1, null], counts: [[0, 0]] }, format)).toBe('No observations.');
    expect(heatSummary({ bounds: [1, null], counts: [[0, 3]] }, format)).toBe(
      '100 percent of 3 observations are above 1 s; the largest are above 1 s.',
    );
  });
});

describe('a history that goes on', () => {
  const metric: MetricRow = {
    service: 'shop',
    name: 'm',
    help: '',
    unit: null,
    kind: 'histogram',
    labelNames: ['route'],
    series: 2,
    seriesWithoutHistory: 0,
  };
  const answer = (
    timesMs: number[],
    series: Record<string, Array<number | null>>,
    changes: Partial<MetricHistoryAnswer> = {},
  ): MetricHistoryAnswer => ({
    metric,
    timesMs,
    series: Object.entries(series).map(([route, rate]) => ({
      labels: { route },
      current: rate.at(-1) ?? null,
      currentSum: null,
      values: { rate },
    })),
    otherSeries: 0,
    heatMap: null,
    exemplars: [],
    cursor: String(timesMs.at(-1)),
    ...changes,
  });
  const values = ({ series }: MetricHistoryAnswer): unknown =>
    Object.fromEntries(series.map((each) => [each.labels['route'], each.values['rate']]));

  test('has its new points, and loses what is too old', () => {
    const extended = extendedHistory(answer([1, 2, 3], { a: [1, 2, 3] }), answer([4, 5], { a: [4, 5] }), 3);
    expect(extended.timesMs).toEqual([3, 4, 5]);
    expect(values(extended)).toEqual({ a: [3, 4, 5] });
    expect(extended.series[0]?.current).toBe(5);
  });

  test('a point that came twice is there once', () => {
    const extended = extendedHistory(answer([1, 2], { a: [1, 2] }), answer([2, 3], { a: [9, 3] }), 100);
    expect(values(extended)).toEqual({ a: [1, 2, 3] });
  });

  test('a series that is new, or says nothing more, has gaps', () => {
    const extended = extendedHistory(answer([1, 2], { a: [1, 2] }), answer([3], { b: [7] }), 100);
    expect(values(extended)).toEqual({ a: [1, 2, null], b: [null, null, 7] });
  });

  test('a series without a value left is gone', () => {
    const extended = extendedHistory(answer([1], { a: [1], b: [2] }), answer([5], { b: [7] }), 2);
    expect(values(extended)).toEqual({ b: [7] });
  });

  test('the heat map goes on with the same bounds, and begins anew with others', () => {
    const before = answer([1], {}, { heatMap: { bounds: [1, null], counts: [[1, 2]] } });
    const same = answer([2], {}, { heatMap: { bounds: [1, null], counts: [[3, 4]] } });
    const other = answer([2], {}, { heatMap: { bounds: [2, null], counts: [[3, 4]] } });
    expect(extendedHistory(before, same, 100).heatMap?.counts).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(extendedHistory(before, other, 100).heatMap).toEqual({ bounds: [2, null], counts: [null, [3, 4]] });
  });

  test('exemplars are kept while they are in sight, each once', () => {
    const exemplar = (timeMs: number): MetricHistoryAnswer['exemplars'][number] => ({
      timeMs,
      value: 1,
      traceId: 't',
      spanId: 's',
      labels: {},
    });
    const before = answer([1, 2, 3], { a: [1, 2, 3] }, { exemplars: [exemplar(3), exemplar(1)] });
    const after = answer([4], { a: [4] }, { exemplars: [exemplar(4), exemplar(3)] });
    expect(extendedHistory(before, after, 2).exemplars.map(({ timeMs }) => timeMs)).toEqual([4, 3]);
  });

  test('all lists stay as long as the times, whatever comes', () => {
    const step = fc.record({ count: fc.nat(5), names: fc.subarray(['a', 'b', 'c']) });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, windowMs) => {
          let time = 0;
          let history: MetricHistoryAnswer | undefined;
          for (const { count, names } of steps) {
            const times = Array.from({ length: count }, () => ++time);
            const next = answer(times, Object.fromEntries(names.map((name) => [name, times])), {
              heatMap: { bounds: [1, null], counts: times.map(() => [1, 1]) },
            });
            history = history === undefined ? next : extendedHistory(history, next, windowMs);
            const { length } = history.timesMs;
            for (const each of history.series) expect(each.values['rate']).toHaveLength(length);
            expect(history.heatMap?.counts).toHaveLength(length);
            expect([...history.timesMs]).toEqual([...history.timesMs].sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: rounds(2000) },
    );
  });
});

test('a chain of messages is as deep as its causes, and ends in a circle', () => {
  const message = (
    messageId: string,
    causationId: string | null,
  ): { messageId: string; causationId: string | null } => ({ messageId, causationId });
  expect(
    chainLevels([message('a', null), message('b', 'a'), message('c', 'b'), message('d', 'a'), message('e', 'gone')]),
  ).toEqual([0, 1, 2, 1, 0]);
  expect(chainLevels([message('a', 'b'), message('b', 'a')])).toEqual([1, 1]);
  expect(chainLevels([message('a', 'a')])).toEqual([0]);
});
