import { addExponential, subtractExponential } from '../exponential/exponential-points.js';
import { OVERFLOW_LABEL_VALUE } from '../instruments/labels.js';
import { type Cumulative, columnsOf, labelValuesAt, withNumbers } from '../store/cumulative-columns.js';
import type { ExponentialPoint } from '../store/family-snapshot.js';
import type { FamilyDelta, SentPoint } from './family-delta.js';

/** The unsent numbers of ended series, kept for one delta reader until they are committed. */
export class EndedPoints {
  readonly #points = new Set<EndedPoint>();

  get isEmpty(): boolean {
    return this.#points.size === 0;
  }

  /**
   * Keeps the last numbers of series that end. What was already sent of them is known only when the batch in flight is
   * settled. If too many wait, because nothing reads them, they become one point with the overflow labels, which holds their sum.
   */
  add(family: Cumulative, sentOf: SentOf): void {
    const columns = columnsOf(family);
    for (let i = 0; i < family.size; i++) {
      const row = family.rows[i] as number;
      this.#points.add({
        labels: labelValuesAt(family, i),
        row,
        startTimeMs: family.startTimesMs[row] as number,
        columns: columns.map(({ numbers, width }) => numbers.slice(i * width, (i + 1) * width)),
        exponential: family.kind === 'histogram' ? family.exponential?.[i] : undefined,
        isResolved: false,
      });
    }
    if (this.#points.size <= MAX_ENDED_POINTS) return;
    this.resolve(sentOf);
    this.#fold(family.labelNames.length);
  }

  /** Subtracts what was sent, and forgets points with nothing left. */
  resolve(sentOf: SentOf): void {
    for (const point of this.#points) {
      if (point.isResolved) continue;
      point.isResolved = true;
      const sent = sentOf(point.row, point.startTimeMs);
      if (sent !== undefined) {
        point.columns = point.columns.map((numbers, c) => numbers.map((n, k) => n - (sent.columns[c]?.[k] ?? 0)));
        point.exponential = point.exponential && subtractExponential(point.exponential, sent.exponential);
      }
      if (point.columns.every((numbers) => numbers.every((n) => n === 0))) this.#points.delete(point);
    }
  }

  /** Adds the unsent numbers to a family's points: to the point of a newer series with the same labels, or as new points. */
  mergeInto(live: FamilyDelta, batchStartMs: number): FamilyDelta {
    const { family } = live;
    if (family.kind === 'gauge' || family.kind === 'info') return live;
    const width = family.labelNames.length;
    const labels: string[][] = Array.from({ length: family.size }, (_, i) => labelValuesAt(family, i));
    const pointByLabels = new Map(labels.map((values, i) => [JSON.stringify(values), i]));
    const columns = columnsOf(family).map((column) => ({ width: column.width, numbers: Array.from(column.numbers) }));
    const exponential: ExponentialPoint[] | undefined =
      family.kind === 'histogram' && family.exponential ? [...family.exponential] : undefined;
    const endedByPoint = new Map<number, EndedPoint[]>();
    for (const ended of this.#points) {
      while (ended.labels.length < width) ended.labels.push(''); // labels that were discovered since
      const key = JSON.stringify(ended.labels);
      let i = pointByLabels.get(key);
      if (i === undefined) {
        i = labels.push(ended.labels) - 1;
        pointByLabels.set(key, i);
        for (const column of columns) column.numbers.push(...new Array<number>(column.width).fill(0));
      }
      for (const [c, column] of columns.entries()) {
        ended.columns[c]?.forEach((n, k) => {
          const at = (i as number) * column.width + k;
          column.numbers[at] = (column.numbers[at] as number) + n;
        });
      }
      if (exponential !== undefined && ended.exponential !== undefined) {
        const newer = exponential[i];
        exponential[i] = newer === undefined ? ended.exponential : addExponential(newer, ended.exponential);
      }
      const known = endedByPoint.get(i);
      if (known === undefined) endedByPoint.set(i, [ended]);
      else known.push(ended);
    }
    const all: Cumulative = {
      ...family,
      size: labels.length,
      rows: Uint32Array.from(labels.keys()),
      labelValues: width === 0 ? [] : labels.flat(),
      startTimesMs: Float64Array.from(labels, (_, i) => endedByPoint.get(i)?.[0]?.startTimeMs ?? live.startOf(i)),
    };
    return {
      family: withNumbers(
        all,
        columns.map(({ numbers }) => Float64Array.from(numbers)),
        exponential,
        undefined,
      ),
      commit: (i, isPartial) => {
        for (const ended of endedByPoint.get(i) ?? []) this.#points.delete(ended);
        if (i < family.size) live.commit(i, isPartial);
      },
      startOf: (i) => Math.max(batchStartMs, endedByPoint.get(i)?.[0]?.startTimeMs ?? live.startOf(i)),
    };
  }

  #fold(labelCount: number): void {
    const [first, ...others] = this.#points;
    if (first === undefined) return;
    for (const { columns, exponential, startTimeMs } of others) {
      first.columns = first.columns.map((numbers, c) => numbers.map((n, k) => n + (columns[c]?.[k] ?? 0)));
      first.exponential = first.exponential && exponential && addExponential(first.exponential, exponential);
      first.startTimeMs = Math.min(first.startTimeMs, startTimeMs);
    }
    this.#points.clear();
    this.#points.add({ ...first, labels: new Array<string>(labelCount).fill(OVERFLOW_LABEL_VALUE), row: -1 });
  }
}

/** How many ended series of a metric a reader keeps before it sums them up. */
const MAX_ENDED_POINTS = 10_000;

/** What was sent of the series that began in `row` at `startTimeMs`. */
type SentOf = (row: number, startTimeMs: number) => SentPoint | undefined;

interface EndedPoint {
  readonly labels: string[];
  readonly row: number;
  startTimeMs: number;
  columns: Float64Array[];
  exponential: ExponentialPoint | undefined;
  isResolved: boolean;
}
