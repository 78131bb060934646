import type { ExponentialPoint } from '../store/family-snapshot.js';
import { ExponentialHistogram } from './exponential-histogram.js';

/** The exponential histograms of a family, by row. */
export class ExponentialHistograms {
  readonly #histograms: Array<ExponentialHistogram | undefined> = [];

  begin(row: number, startTimeMs: number): void {
    this.#histograms[row] = new ExponentialHistogram(startTimeMs);
  }

  at(row: number): ExponentialHistogram | undefined {
    return this.#histograms[row];
  }

  free(row: number): void {
    this.#histograms[row] = undefined;
  }

  points(rows: Uint32Array): readonly ExponentialPoint[] {
    return Array.from(rows, (row) => (this.#histograms[row] ?? new ExponentialHistogram(0)).point());
  }
}
