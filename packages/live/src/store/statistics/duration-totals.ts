import { quantileOf } from '@sightline/core/backend';

/**
 * Durations added up: count, errors, sum, largest, and how many fell into each bucket of a base-2 exponential histogram, whose error is at
 * most 4.4 %.
 */
export class DurationTotals {
  count = 0;
  errors = 0;
  totalMs = 0;
  maxMs = 0;
  /** Index of the first of `buckets`. */
  #first = 0;
  readonly #buckets: number[] = [];

  /** @param times 1, or -1 to take back what was added */
  add(durationMs: number, isError: boolean, times: 1 | -1 = 1): void {
    this.count += times;
    if (isError) this.errors += times;
    this.totalMs += times * durationMs;
    if (durationMs > this.maxMs) this.maxMs = durationMs;
    this.#addTo(indexOf(durationMs), times);
  }

  /** @param share of what the other has */
  merge(other: DurationTotals, share = 1): void {
    this.count += share * other.count;
    this.errors += share * other.errors;
    this.totalMs += share * other.totalMs;
    if (other.maxMs > this.maxMs) this.maxMs = other.maxMs;
    other.#buckets.forEach((count, i) => {
      if (count !== 0) this.#addTo(other.#first + i, share * count);
    });
  }

  get meanMs(): number {
    return this.count > 0 ? this.totalMs / this.count : 0;
  }

  /** @returns 0 if nothing was added */
  quantileMs(q: number): number {
    const counts = this.#buckets.map((count) => Math.max(0, count));
    const count = counts.reduce((sum, each) => sum + each, 0);
    if (count <= 0) return 0;
    const none = { offset: 0, counts: [] };
    const point = { scale: SCALE, count, sum: 0, min: Number.NaN, max: this.maxMs, zeroCount: 0, startTimeMs: 0 };
    return quantileOf({ ...point, positive: { offset: this.#first, counts }, negative: none }, q);
  }

  get bytes(): number {
    return TOTALS_BYTES + 14 * this.#buckets.length;
  }

  #addTo(index: number, by: number): void {
    const buckets = this.#buckets;
    if (buckets.length === 0) this.#first = index;
    while (index < this.#first) {
      buckets.unshift(0);
      this.#first--;
    }
    while (index >= this.#first + buckets.length) buckets.push(0);
    const at = index - this.#first;
    buckets[at] = (buckets[at] as number) + by;
  }
}

/** A bucket is 9 % wide. */
const SCALE = 3;
const PER_DOUBLING = 2 ** SCALE;
/** A microsecond, and 12 days: further values are in the outermost buckets. */
const MIN_MS = 0.001;
const MAX_MS = 1e9;
/** The object, its numbers, and an array of 17 slots, as V8 makes them. */
const TOTALS_BYTES = 360;

function indexOf(durationMs: number): number {
  const ms = durationMs > MIN_MS ? Math.min(durationMs, MAX_MS) : MIN_MS;
  return Math.ceil(Math.log2(ms) * PER_DOUBLING) - 1;
}
