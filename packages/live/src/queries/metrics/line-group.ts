import type { SeriesHistory } from '../../model/answers.js';
import { HistogramLine } from '../../store/metrics/histogram-line.js';
import type { Line } from '../../store/metrics/line.js';
import type { Labels } from '../../store/metrics/line-head.js';
import { isLive, isReporting, type KeptMetric } from '../../store/metrics/metric-part.js';
import { NumberLine } from '../../store/metrics/number-line.js';
import { SummaryLine } from '../../store/metrics/summary-line.js';
import { type Distribution, distributionOf, quantileIn } from './distribution.js';
import { type Cells, increasesOf, knownTogether, type LineIncreases, type PartLine, valuesOf } from './line-cells.js';
import { currentOf } from './metric-lines.js';
import type { SeriesGroup } from './series-groups.js';

/** Series that are shown as one: those of equal labels, or of an equal value of one label. */
export class LineGroup {
  readonly labels: Labels;
  readonly lines: readonly PartLine[];
  readonly #cells: Cells;
  readonly #kind: KeptMetric['kind'];
  readonly #nowMs: number;
  #increases: ReadonlyArray<{ readonly line: Line; readonly increases: LineIncreases }> | undefined;

  constructor({ labels, lines }: SeriesGroup, cells: Cells, kind: KeptMetric['kind'], nowMs: number) {
    this.labels = labels;
    this.lines = lines;
    this.#cells = cells;
    this.#kind = kind;
    this.#nowMs = nowMs;
  }

  /** What the order of series goes by. */
  get size(): number {
    if (this.#kind === 'gauge' || this.#kind === 'info') {
      const values = this.lines.map(({ line }) => Math.abs(currentOf(line)));
      return Math.max(-1, ...values.filter((value) => !Number.isNaN(value)));
    }
    let sum = 0;
    for (const { increases } of this.increases) for (const count of increases.counts) sum += count;
    // Series that did not change are in order of what they counted before.
    return sum + Math.min(0.5, (this.current ?? 0) * 1e-12);
  }

  get current(): number | null {
    return sumOf(this.#newest().map(({ line }) => currentOf(line)));
  }

  get currentSum(): number | null {
    return sumOf(this.#newest().map(({ line }) => (line instanceof NumberLine ? Number.NaN : line.sum)));
  }

  get increases(): ReadonlyArray<{ readonly line: Line; readonly increases: LineIncreases }> {
    this.#increases ??= this.lines.map((each) => ({ line: each.line, increases: increasesOf(each, this.#cells) }));
    return this.#increases;
  }

  distribution(): Distribution | undefined {
    const histograms = this.increases.flatMap(({ line, increases }) =>
      line instanceof HistogramLine ? [{ line, increases }] : [],
    );
    return distributionOf(histograms, this.#cells.bounds.length - 1);
  }

  history(first: number): SeriesHistory {
    return { labels: this.labels, current: this.current, currentSum: this.currentSum, values: this.#values(first) };
  }

  #values(first: number): SeriesHistory['values'] {
    switch (this.#kind) {
      case 'info':
        return {};
      case 'gauge':
        return {
          value: this.#sumOfValues((line) => (line instanceof NumberLine ? line.increases.channel : -1)).slice(first),
        };
      case 'counter':
        return { rate: this.#rates().slice(first) };
      case 'histogram':
        return this.#distributionValues(first);
      case 'summary':
        return { rate: this.#rates().slice(first), ...this.#summaryValues(first) };
    }
  }

  /** The lines of the processes that report now; if all have ended, of those that did last. */
  #newest(): readonly PartLine[] {
    const live = this.lines.filter(({ part, line }) => isLive(part, line));
    const reporting = live.filter(({ part }) => isReporting(part, this.#nowMs));
    if (reporting.length > 0) return reporting;
    const lastMs = Math.max(...live.map(({ part }) => part.lastMs));
    return live.filter(({ part }) => part.lastMs === lastMs);
  }

  #rates(): Array<number | null> {
    const all = this.increases.map(({ increases }) => increases);
    return this.#eachCell((cell) => {
      const knownMs = knownTogether(all, cell);
      if (knownMs === 0) return null;
      let count = 0;
      for (const { counts } of all) count += counts[cell] as number;
      return (count * 1000) / knownMs;
    });
  }

  #distributionValues(first: number): SeriesHistory['values'] {
    const distribution = this.distribution();
    const quantile = (q: number): Array<number | null> =>
      this.#eachCell((cell) => {
        const counts = distribution?.counts[cell];
        return counts === undefined ? null : quantileIn(distribution?.bounds ?? [], counts, q);
      }).slice(first);
    const mean = this.#eachCell((cell) => {
      let count = 0;
      let sum = 0;
      for (const { increases } of this.increases) {
        count += increases.counts[cell] as number;
        sum += increases.sums[cell] as number;
      }
      return count > 0 && this.lines.some(({ line }) => line instanceof HistogramLine && !Number.isNaN(line.sum))
        ? sum / count
        : null;
    }).slice(first);
    return { rate: this.#rates().slice(first), mean, p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
  }

  #summaryValues(first: number): Record<string, ReadonlyArray<number | null>> {
    const values: Record<string, ReadonlyArray<number | null>> = {};
    const quantiles = new Set(
      this.lines.flatMap(({ line }) => (line instanceof SummaryLine ? [...line.quantiles.keys()] : [])),
    );
    // Quantiles of several series cannot be put together.
    if (this.lines.length > 1 && this.lines.filter(({ part, line }) => isLive(part, line)).length > 1) return values;
    for (const quantile of [...quantiles].sort((a, b) => a - b)) {
      const found = this.#sumOfValues((line) =>
        line instanceof SummaryLine ? (line.quantiles.get(quantile) ?? -1) : -1,
      );
      values[`q${quantile}`] = found.slice(first);
    }
    return values;
  }

  #sumOfValues(channelOf: (line: Line) => number): Array<number | null> {
    const columns = this.lines.map(({ part, line }) => valuesOf(channelOf(line), part, line, this.#cells));
    return this.#eachCell((cell) => sumOf(columns.map((column) => column[cell] as number)));
  }

  #eachCell(of: (cell: number) => number | null): Array<number | null> {
    return Array.from({ length: Math.max(0, this.#cells.bounds.length - 1) }, (_, cell) => of(cell));
  }
}

/** `null` if nothing is known. */
function sumOf(values: readonly number[]): number | null {
  let sum: number | null = null;
  for (const value of values) if (!Number.isNaN(value)) sum = (sum ?? 0) + value;
  return sum;
}
