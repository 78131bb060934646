import type { MetricHistoryAnswer } from '../../../src/model/answers.js';
import type { Format } from '../format/unit.js';

type HeatMap = NonNullable<MetricHistoryAnswer['heatMap']>;

/** The buckets to draw, the highest first: from the lowest to the highest that was ever filled, and one more at each end. */
export function usedRows({ bounds, counts }: HeatMap): readonly number[] {
  let low = bounds.length;
  let high = -1;
  for (const each of counts) {
    each?.forEach((count, index) => {
      if (count === 0) return;
      low = Math.min(low, index);
      high = Math.max(high, index);
    });
  }
  if (high < 0) [low, high] = [0, bounds.length - 1];
  const rows = [];
  for (let row = Math.min(bounds.length - 1, high + 1); row >= Math.max(0, low - 1); row--) rows.push(row);
  return rows;
}

export interface HeatCell {
  readonly fromMs: number;
  readonly untilMs: number;
  /** `null` for no bound. */
  readonly low: number | null;
  readonly high: number | null;
  /** `null` for no data. */
  readonly count: number | null;
}

/** What lies at a point, given as shares of width and height. */
export function heatCell(
  { bounds, counts }: HeatMap,
  timesMs: readonly number[],
  rows: readonly number[],
  x: number,
  y: number,
): HeatCell | null {
  const column = Math.floor(x * timesMs.length);
  const row = rows[Math.floor(y * rows.length)];
  const untilMs = timesMs[column];
  if (row === undefined || untilMs === undefined) return null;
  return {
    fromMs: timesMs[column - 1] ?? untilMs - 1000,
    untilMs,
    low: row === 0 ? null : (bounds[row - 1] ?? null),
    high: bounds[row] ?? null,
    count: counts[column]?.[row] ?? null,
  };
}

/** The heat map in words: the fullest bucket, and the highest with anything in it. */
export function heatSummary({ bounds, counts }: HeatMap, format: Format): string {
  const totals = bounds.map((_, index) => counts.reduce((sum, each) => sum + (each?.[index] ?? 0), 0));
  const all = totals.reduce((sum, count) => sum + count, 0);
  if (all === 0) return 'No observations.';
  const fullest = totals.indexOf(Math.max(...totals));
  const highest = totals.findLastIndex((count) => count > 0);
  const range = (index: number): string => {
    const [low, high] = [index === 0 ? null : (bounds[index - 1] ?? null), bounds[index] ?? null];
    if (low === null) return high === null ? 'any' : `up to ${format(high)}`;
    return high === null ? `above ${format(low)}` : `${format(low)} to ${format(high)}`;
  };
  const share = Math.round(((totals[fullest] ?? 0) / all) * 100);
  return `${share} percent of ${all} observations are ${range(fullest)}; the largest are ${range(highest)}.`;
}
