import { ExponentialHistogram } from './exponential-histogram.js';
import type { ExponentialPoint } from './family-snapshot.js';

/** The exponential histograms of a family, by row. */
export class ExponentialSides {
  readonly #now: () => number;
  readonly #histograms: Array<ExponentialHistogram | undefined> = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(row: number): void {
    this.#histograms[row] = new ExponentialHistogram(this.#now());
  }

  at(row: number): ExponentialHistogram | undefined {
    return this.#histograms[row];
  }

  free(row: number): void {
    this.#histograms[row] = undefined;
  }

  points(rows: Uint32Array): readonly ExponentialPoint[] {
    return Array.from(rows, (row) => (this.#histograms[row] ?? new ExponentialHistogram(this.#now())).point());
  }
}
