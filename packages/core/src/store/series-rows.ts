import { CLOCK_STEP_MS, SMALLEST_STEP_MS } from './series-start-times.js';

/**
 * The live rows of a metric, with their labels and start times. Snapshots share both columns instead of copying them:
 * appending does not change a snapshot's rows, and changing an existing row copies the columns first.
 */
export class SeriesRows {
  labelCount: number;
  /** `labelCount` values per row. */
  labelValues: string[] = [];
  /** Unix time in milliseconds. Negative for a row whose series has ended. */
  #startTimesMs: Float64Array = new Float64Array(8);
  liveCount = 0;
  /** Of all series, ended ones included. 0 without any. */
  latestStartMs = 0;
  readonly #free: number[] = [];
  /** Live and ended rows. */
  length = 0;
  #isShared = false;
  #liveRows: Uint32Array | undefined;

  constructor(labelCount: number) {
    this.labelCount = labelCount;
  }

  /** Takes a row for a new series. Moves its start time if necessary, so that it differs from that of the last series in this row. */
  add(values: readonly string[], startMs: number): number {
    const reused = this.#free.pop();
    const row = reused ?? this.length++;
    if (reused !== undefined) this.#unshare();
    else if (row >= this.#startTimesMs.length) {
      const grown = new Float64Array(row * 2);
      grown.set(this.#startTimesMs);
      this.#startTimesMs = grown;
    }
    for (let k = 0; k < this.labelCount; k++) this.labelValues[row * this.labelCount + k] = values[k] ?? '';
    const lastStartMs = -this.startTimeOf(row);
    let startTimeMs = Math.max(startMs, Number.MIN_VALUE);
    if (startTimeMs <= lastStartMs && lastStartMs - startTimeMs < CLOCK_STEP_MS)
      startTimeMs = lastStartMs + SMALLEST_STEP_MS;
    this.#startTimesMs[row] = startTimeMs;
    this.latestStartMs = Math.max(this.latestStartMs, startTimeMs);
    this.liveCount++;
    this.#liveRows = undefined;
    return row;
  }

  /** Ends the series in `row`. Another series may use the row afterwards. */
  free(row: number): void {
    this.#unshare();
    this.#startTimesMs[row] = -this.startTimeOf(row);
    this.#free.push(row);
    this.liveCount--;
    this.#liveRows = undefined;
  }

  valuesOf(row: number): string[] {
    return this.labelValues.slice(row * this.labelCount, (row + 1) * this.labelCount);
  }

  valueAt(row: number, label: number): string | undefined {
    return this.labelValues[row * this.labelCount + label];
  }

  /** Unix time in milliseconds; negative if the series has ended. Two series that use the same row in turn have different ones. */
  startTimeOf(row: number): number {
    return this.#startTimesMs[row] ?? 0;
  }

  /** The live rows, ascending. */
  liveRows(): Uint32Array {
    if (this.#free.length === 0) return identity(this.length);
    if (this.#liveRows === undefined) {
      this.#liveRows = new Uint32Array(this.liveCount);
      let i = 0;
      for (let row = 0; row < this.length; row++) if (this.startTimeOf(row) > 0) this.#liveRows[i++] = row;
    }
    return this.#liveRows;
  }

  /** The columns by row. Existing rows of them do not change any more. */
  share(): { readonly labelValues: readonly string[]; readonly startTimesMs: Float64Array } {
    this.#isShared = true;
    return { labelValues: this.labelValues, startTimesMs: this.#startTimesMs };
  }

  #unshare(): void {
    if (!this.#isShared) return;
    this.labelValues = this.labelValues.slice();
    this.#startTimesMs = this.#startTimesMs.slice();
    this.#isShared = false;
  }
}

let identityRows = new Uint32Array(0);

/** 0, 1, 2 … as a view of one array, shared by all metrics without gaps: none keeps four bytes a series. */
function identity(length: number): Uint32Array {
  if (identityRows.length < length)
    identityRows = Uint32Array.from({ length: Math.ceil(length * 1.25) }, (_, row) => row);
  return identityRows.subarray(0, length);
}
