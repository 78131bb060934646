import type { ActiveSpan } from '../metrics.js';
import type { Exemplar } from './family-snapshot.js';

/**
 * A recording of each series, or of each of its buckets, that was made inside a sampled span: the newest of those that were
 * looked at. After each read the first 16 are, then every 16th, because asking for the span costs more than all the rest of a
 * recording (bench/cases/recording).
 */
export class ExemplarSlots {
  readonly #width: number;
  readonly #activeSpan: ActiveSpan;
  readonly #now: () => number;
  readonly #slots = new Map<number, Exemplar>();
  /** Recordings since the last read, by slot, as far as they matter. */
  #seen = new Uint8Array(64);

  /** @param width slots a row: 1 for a counter, one per bucket for a histogram */
  constructor(width: number, activeSpan: ActiveSpan, now: () => number) {
    this.#width = width;
    this.#activeSpan = activeSpan;
    this.#now = now;
  }

  offer(row: number, slot: number, value: number): void {
    const key = row * this.#width + slot;
    if (key >= this.#seen.length) this.#grow(key);
    const seen = this.#seen[key] as number;
    this.#seen[key] = seen === 2 * lookedAt - 1 ? lookedAt : seen + 1;
    if (seen <= lookedAt) this.#look(key, value);
  }

  #look(key: number, value: number): void {
    let span: ReturnType<ActiveSpan>;
    try {
      span = this.#activeSpan();
    } catch {
      return; // tracing must not take a recording down
    }
    if (span?.isSampled !== true) return;
    const { traceId, spanId } = span;
    // The ids of W3C Trace Context have so many; OpenMetrics refuses pages whose exemplars have more than 128 characters.
    if (!(traceId.length <= 32 && spanId.length <= 16)) return;
    this.#slots.set(key, { value, traceId, spanId, timeMs: this.#now() });
  }

  free(row: number): void {
    const first = row * this.#width;
    for (let key = first; key < first + this.#width; key++) this.#slots.delete(key);
    this.#seen.fill(0, first, first + this.#width);
  }

  /** A copy keyed by `point * width + slot`, for points that lie in `rows` (ascending). */
  copy(rows: Uint32Array): ReadonlyMap<number, Exemplar> | undefined {
    this.#seen.fill(0);
    if (this.#slots.size === 0) return undefined;
    const copy = new Map<number, Exemplar>();
    for (const [key, exemplar] of this.#slots) {
      const point = indexOf(rows, Math.floor(key / this.#width));
      if (point >= 0) copy.set(point * this.#width + (key % this.#width), exemplar);
    }
    return copy;
  }

  #grow(key: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#seen.length, key + 1));
    larger.set(this.#seen);
    this.#seen = larger;
  }
}

/** Recordings after a read that are all looked at; of as many, one is later. */
const lookedAt = 16;

function indexOf(ascending: Uint32Array, wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = ascending[middle] as number;
    if (found === wanted) return middle;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
