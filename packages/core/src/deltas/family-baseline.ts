import { subtractExponential } from '../exponential/exponential-points.js';
import { type Column, type Cumulative, columnsOf, labelValuesAt, withNumbers } from '../store/cumulative-columns.js';
import type { ExponentialPoint } from '../store/family-snapshot.js';
import { EndedPoints } from './ended-points.js';
import type { BatchTimes, FamilyDelta, SentPoint } from './family-delta.js';

/**
 * What one delta reader has sent of one family: the last committed numbers by row, so that a read is one pass over arrays. A
 * row with a new start time, or with a total below what was sent, counts from 0 again.
 */
export class FamilyBaseline {
  readonly #kind: Cumulative['kind'];
  readonly #bounds: readonly number[];
  /** `undefined` for an external family: its labels may change from read to read. */
  #labelCount: number | undefined;
  readonly #widths: readonly number[];
  #sent: Float64Array[];
  readonly #sentExponential: Array<ExponentialPoint | undefined> = [];
  /** Start times by row at the last read. The same array as long as no row changed its series. */
  #startTimesMs: Float64Array = new Float64Array(0);
  /** The last commit by row, if it is later than the reader's last full commit. */
  readonly #committedAtMs = new Map<number, number>();
  #rowsByLabels = new Map<string, number>();
  readonly #ended = new EndedPoints();

  constructor(family: Cumulative) {
    this.#kind = family.kind;
    this.#bounds = boundsOf(family);
    this.#labelCount = labelCountOf(family);
    this.#widths = columnsOf(family).map(({ width }) => width);
    this.#sent = this.#widths.map(() => new Float64Array(0));
  }

  /**
   * Whether the family has the shape of this baseline. A family of an included source may change its shape; one whose labels are
   * discovered may have further ones at the end, and its rows stay.
   */
  fits(family: Cumulative): boolean {
    const bounds = boundsOf(family);
    const labelCount = labelCountOf(family);
    if (family.instrumentation !== undefined && (labelCount ?? 0) > (this.#labelCount ?? 0))
      this.#labelCount = labelCount;
    return (
      family.kind === this.#kind &&
      labelCount === this.#labelCount &&
      (bounds === this.#bounds ||
        (bounds.length === this.#bounds.length && bounds.every((bound, i) => bound === this.#bounds[i])))
    );
  }

  /** Keeps the last numbers of ended series until they are sent. */
  keepEnded(family: Cumulative): void {
    this.#ended.add(family, (row, startTimeMs) => this.#sentOf(row, startTimeMs));
  }

  delta(family: Cumulative, includeUnchanged: boolean, times: BatchTimes): FamilyDelta {
    this.#ended.resolve((row, startTimeMs) => this.#sentOf(row, startTimeMs));
    const now = columnsOf(family);
    const rows = family.origin === 'own' ? family.rows : this.#externalRows(family);
    this.#makeRoom(rows);
    if (family.origin === 'own') this.#forgetRestarted(family.startTimesMs, rows);
    this.#forgetFallen(now, rows);
    const changes = now.map((column, c) => difference(column, this.#sent[c] as Float64Array, rows));
    const exponential =
      family.kind === 'histogram'
        ? family.exponential?.map((point, i) => subtractExponential(point, this.#sentExponential[rows[i] as number]))
        : undefined;
    const picked = includeUnchanged ? undefined : changedPoints(changes, this.#widths, rows.length);
    const pointAt = (i: number): number => picked?.[i] ?? i;
    const live: FamilyDelta = {
      family: withNumbers(family, changes, exponential, picked),
      commit: (i, isPartial) => {
        this.#commit(pointAt(i), rows, family, now);
        if (isPartial) this.#committedAtMs.set(rows[pointAt(i)] as number, times.timeMs);
      },
      startOf: (i) => {
        const row = rows[pointAt(i)] as number;
        const seriesStartMs = family.startTimesMs[family.rows[pointAt(i)] as number] ?? 0;
        return Math.max(seriesStartMs, this.#committedAtMs.get(row) ?? times.startTimeMs);
      },
    };
    return this.#ended.isEmpty ? live : this.#ended.mergeInto(live, times.startTimeMs);
  }

  /** Called after a full commit: its time now applies to every point. */
  forgetCommitTimes(): void {
    this.#committedAtMs.clear();
  }

  #commit(i: number, rows: Uint32Array, family: Cumulative, now: readonly Column[]): void {
    const row = rows[i] as number;
    for (const [c, { numbers, width }] of now.entries()) {
      const sent = this.#sent[c] as Float64Array;
      for (let k = 0; k < width; k++) sent[row * width + k] = numbers[i * width + k] as number;
    }
    if (family.kind === 'histogram' && family.exponential !== undefined)
      this.#sentExponential[row] = family.exponential[i];
  }

  /** What was sent of the series that began in `row` at `startTimeMs`. `undefined` if another series had the row at the last read. */
  #sentOf(row: number, startTimeMs: number): SentPoint | undefined {
    if (this.#startTimesMs[row] !== startTimeMs) return undefined;
    return {
      columns: this.#sent.map((sent, c) => {
        const width = this.#widths[c] as number;
        return Float64Array.from({ length: width }, (_, k) => sent[row * width + k] ?? 0);
      }),
      exponential: this.#sentExponential[row],
    };
  }

  #makeRoom(rows: Uint32Array): void {
    let rowCount = 0;
    for (const row of rows) if (row >= rowCount) rowCount = row + 1;
    this.#sent = this.#sent.map((sent, c) => {
      const length = rowCount * (this.#widths[c] as number);
      if (sent.length >= length) return sent;
      const grown = new Float64Array(length);
      grown.set(sent);
      return grown;
    });
  }

  #forgetRestarted(startTimesMs: Float64Array, rows: Uint32Array): void {
    if (startTimesMs !== this.#startTimesMs) {
      for (const row of rows) if (startTimesMs[row] !== this.#startTimesMs[row]) this.#forget(row);
    }
    this.#startTimesMs = startTimesMs;
  }

  /** Sums may fall, with negative observations. The last column never falls. */
  #forgetFallen(now: readonly Column[], rows: Uint32Array): void {
    const { numbers, width } = now.at(-1) as Column;
    const sent = this.#sent.at(-1) as Float64Array;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      for (let k = 0; k < width; k++) {
        if ((numbers[i * width + k] as number) < (sent[row * width + k] as number)) this.#forget(row);
      }
    }
  }

  #forget(row: number): void {
    for (const [c, width] of this.#widths.entries()) this.#sent[c]?.fill(0, row * width, (row + 1) * width);
    if (row < this.#sentExponential.length) this.#sentExponential[row] = undefined;
    this.#committedAtMs.delete(row);
  }

  /** Assigns rows to an external family's series by their labels. */
  #externalRows(family: Cumulative): Uint32Array {
    const known = this.#rowsByLabels;
    const taken = new Set(known.values());
    const present = new Map<string, number>();
    let free = 0;
    const rows = Uint32Array.from({ length: family.size }, (_, i) => {
      const labels = labelsKey(family, i);
      let row = known.get(labels);
      if (row === undefined) {
        while (taken.has(free)) free++;
        row = free;
        taken.add(row);
        this.#forget(row);
      }
      present.set(labels, row);
      return row;
    });
    this.#rowsByLabels = present;
    return rows;
  }
}

function labelCountOf({ origin, labelNames }: Cumulative): number | undefined {
  return origin === 'own' ? labelNames.length : undefined;
}

/** A key that does not depend on the order of labels. An empty label counts as absent. */
function labelsKey(family: Cumulative, i: number): string {
  const values = labelValuesAt(family, i);
  const labels = family.labelNames.map((name, k) => [name, values[k] ?? '']).filter(([, value]) => value !== '');
  return JSON.stringify(labels.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

function boundsOf(family: Cumulative): readonly number[] {
  return family.kind === 'histogram' ? family.bounds : [];
}

function difference({ numbers, width }: Column, sent: Float64Array, rows: Uint32Array): Float64Array {
  const changes = new Float64Array(numbers.length);
  if (width === 1) {
    for (let i = 0; i < rows.length; i++) changes[i] = (numbers[i] as number) - (sent[rows[i] as number] as number);
    return changes;
  }
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width;
    for (let k = 0; k < width; k++)
      changes[i * width + k] = (numbers[i * width + k] as number) - (sent[from + k] as number);
  }
  return changes;
}

/** The points that changed; `undefined` if all did. */
function changedPoints(
  changes: readonly Float64Array[],
  widths: readonly number[],
  size: number,
): Uint32Array | undefined {
  const picked = new Uint32Array(size);
  let count = 0;
  for (let i = 0; i < size; i++) {
    if (hasChanged(changes, widths, i)) picked[count++] = i;
  }
  return count === size ? undefined : picked.slice(0, count);
}

function hasChanged(changes: readonly Float64Array[], widths: readonly number[], i: number): boolean {
  for (let c = 0; c < widths.length; c++) {
    const width = widths[c] as number;
    const column = changes[c] as Float64Array;
    for (let k = 0; k < width; k++) if (column[i * width + k] !== 0) return true;
  }
  return false;
}
