import { HistogramLine } from '../../store/metrics/histogram-line.js';
import type { Line } from '../../store/metrics/line.js';
import { isLive, isReporting, type KeptMetric, type MetricPart } from '../../store/metrics/metric-part.js';
import { type Distribution, distributionOf, quantileIn } from './distribution.js';
import { type Cells, increasesOf, knownTogether, type LineIncreases } from './line-cells.js';
import { currentOf, linesOf } from './metric-lines.js';

/** What counters or histograms counted, by cell, all of their lines together. */
export interface MetricTotals {
  /** Milliseconds of each cell that are known, of all lines together. */
  readonly knownMs: Float64Array;
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  quantile(cell: number, q: number): number | null;
}

/** The lines of several metrics, added up. */
export function totalsOf(
  metrics: readonly KeptMetric[],
  cells: Cells,
  options: {
    readonly matches?: (line: Line) => boolean;
    readonly isCounted?: (part: MetricPart) => boolean;
    readonly hasQuantiles?: boolean;
  } = {},
): MetricTotals {
  const { matches = () => true, isCounted = () => true, hasQuantiles = false } = options;
  const size = Math.max(0, cells.bounds.length - 1);
  const totals = { counts: new Float64Array(size), sums: new Float64Array(size) };
  const all: LineIncreases[] = [];
  const histograms: Array<{ readonly line: HistogramLine; readonly increases: LineIncreases }> = [];
  for (const metric of metrics) {
    for (const each of linesOf(metric, matches)) {
      const { part, line } = each;
      if (!isCounted(part)) continue;
      const increases = increasesOf(each, cells, hasQuantiles);
      all.push(increases);
      for (let cell = 0; cell < size; cell++) {
        totals.counts[cell] = (totals.counts[cell] as number) + (increases.counts[cell] as number);
        totals.sums[cell] = (totals.sums[cell] as number) + (increases.sums[cell] as number);
      }
      if (hasQuantiles && line instanceof HistogramLine) histograms.push({ line, increases });
    }
  }
  let distribution: Distribution | undefined;
  return {
    ...totals,
    knownMs: Float64Array.from({ length: size }, (_, cell) => knownTogether(all, cell)),
    quantile(cell, q) {
      distribution ??= distributionOf(histograms, size);
      const counts = distribution?.counts[cell];
      return counts === undefined ? null : quantileIn(distribution?.bounds ?? [], counts, q);
    },
  };
}

/**
 * Over all lines that were reported to the end of their process; `null` if there are none.
 * @param nowMs leaves out processes that do not report any more
 */
export function currentTotal(
  metrics: readonly KeptMetric[],
  merge: (a: number, b: number) => number = plus,
  matches: (line: Line) => boolean = () => true,
  nowMs?: number,
): number | null {
  let total: number | null = null;
  for (const metric of metrics) {
    for (const { part, line } of linesOf(metric, matches)) {
      const current = currentOf(line);
      if (!isLive(part, line) || Number.isNaN(current)) continue;
      if (nowMs !== undefined && !isReporting(part, nowMs)) continue;
      total = total === null ? current : merge(total, current);
    }
  }
  return total;
}

export function plus(a: number, b: number): number {
  return a + b;
}
