import type { MetricPart } from '../../store/metrics/metric-part.js';
import type { Rows } from '../../store/metrics/rows.js';
import type { SourceHistory } from '../../store/metrics/source-history.js';
import type { TimeWindow } from '../parameters.js';
import { type Cells, type PartLine, presenceOf } from './line-cells.js';

/**
 * The cells of a metric's history: the rows of its source, so that numbers are as they were read; of several sources, which report at
 * different times, equal intervals that all of them have reported.
 */
export function cellsOf(lines: readonly PartLine[], window: TimeWindow): Cells {
  const histories = [...new Set(lines.map(({ part }) => part.history))];
  const isFine = histories.every(({ fine, coarse }) => covers(fine, window) || fine.length >= coarse.length);
  const rowsOf = (history: SourceHistory): Rows => (isFine ? history.fine : history.coarse);
  const [only] = histories;
  if (only === undefined) return { bounds: [], areEqual: false, rowsOf };
  if (histories.length === 1) return { bounds: rowBounds(lines, rowsOf(only), window), areEqual: false, rowsOf };
  return { bounds: equalBounds(lines, window, isFine ? 1000 : 10_000), areEqual: true, rowsOf };
}

/** Equal intervals of the whole time, about 60. */
export function equalCells(window: TimeWindow): Cells {
  const isFine = window.lengthMs <= 300_000;
  const stepMs = stepFor(window.lengthMs / 60);
  const endMs = Math.floor(window.endMs / stepMs) * stepMs;
  const bounds: number[] = [];
  for (let ms = endMs; ms > window.fromMs - stepMs; ms -= stepMs) bounds.push(ms);
  bounds.reverse();
  // The time since then, if it is long enough to say something.
  if (window.endMs - endMs >= Math.max(1000, stepMs / 5)) bounds.push(window.endMs);
  return {
    bounds,
    areEqual: true,
    rowsOf: ({ fine, coarse }) => (isFine || covers(fine, window) ? fine : coarse),
  };
}

/** One interval. */
export function wholeWindow(window: TimeWindow): Cells {
  const cells = equalCells(window);
  // Rows that end a little later than the question was asked are part of it.
  return { bounds: [window.fromMs, window.untilMs], areEqual: false, rowsOf: cells.rowsOf };
}

const steps: readonly number[] = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];

function stepFor(ms: number): number {
  const seconds = ms / 1000;
  return 1000 * (steps.find((step) => step >= seconds) ?? Math.ceil(seconds / 3600) * 3600);
}

function covers(rows: Rows, { fromMs }: TimeWindow): boolean {
  return rows.length > 0 && rows.endMs(0) <= fromMs + EDGE_MS;
}

const EDGE_MS = 2000;

/** The ends of rows in which any of the lines has a number: others are of other metrics of the source. */
function rowBounds(lines: readonly PartLine[], rows: Rows, { fromMs, untilMs }: TimeWindow): number[] {
  const channels = lines
    .map(({ line }) => presenceOf(line))
    .filter((channel) => channel >= 0)
    .slice(0, MAX_EXAMINED);
  const sinceMs = sinceOf(lines);
  const bounds: number[] = [];
  let before = 0 < sinceMs && sinceMs < Number.POSITIVE_INFINITY ? sinceMs : undefined;
  for (let i = 0; i < rows.length; i++) {
    const endMs = rows.endMs(i);
    if (endMs > untilMs) break;
    const isOfMetric = channels.length === 0 || channels.some((channel) => !Number.isNaN(rows.value(i, channel)));
    if (!isOfMetric) continue;
    if (endMs > fromMs) {
      if (bounds.length === 0) bounds.push(before !== undefined && before < endMs ? before : endMs - 1000);
      bounds.push(endMs);
    }
    before = endMs;
  }
  return bounds;
}

const MAX_EXAMINED = 50;

function equalBounds(
  lines: readonly PartLine[],
  { fromMs, untilMs, endMs, lengthMs }: TimeWindow,
  leastMs: number,
): number[] {
  const parts = new Set(lines.map(({ part }) => part));
  const newestMs = Math.max(...[...parts].map(({ lastMs }) => lastMs));
  const isRunning = ({ lastMs, intervalMs }: MetricPart): boolean =>
    lastMs > Math.max(newestMs, endMs) - Math.max(10_000, 3 * intervalMs);
  // Of processes that have all ended, the one that was the last.
  const found = [...parts].filter(isRunning);
  const running = found.length > 0 ? found : [...parts].filter(({ lastMs }) => lastMs === newestMs);
  const intervalMs = Math.max(...running.map((part) => part.intervalMs));
  const stepMs = stepFor(Math.max(leastMs, intervalMs * 0.9, lengthMs / 300));
  const knownMs = Math.min(
    ...running.map(({ lastMs }) => lastMs),
    untilMs === Number.POSITIVE_INFINITY ? newestMs : endMs,
  );
  const sinceMs = Math.max(fromMs, sinceOf(lines));
  const bounds: number[] = [];
  for (let ms = Math.floor(knownMs / stepMs) * stepMs; ms > sinceMs - stepMs; ms -= stepMs) bounds.push(ms);
  return bounds.reverse();
}

function sinceOf(lines: readonly PartLine[]): number {
  return lines.reduce((least, { line }) => Math.min(least, line.head.sinceMs), Number.POSITIVE_INFINITY);
}
