import type { Exemplar } from './family-snapshot.js';
import type { ActiveSpan } from './metrics.js';

/** The newest recording of each series, or of each of its buckets, that was made inside a sampled span. */
export class ExemplarSlots {
  readonly #width: number;
  readonly #activeSpan: ActiveSpan;
  readonly #now: () => number;
  readonly #slots = new Map<number, Exemplar>();

  /** @param width slots a row: 1 for a counter, one per bucket for a histogram */
  constructor(width: number, activeSpan: ActiveSpan, now: () => number) {
    this.#width = width;
    this.#activeSpan = activeSpan;
    this.#now = now;
  }

  offer(row: number, slot: number, value: number): void {
    let span: ReturnType<ActiveSpan>;
    try {
      span = this.#activeSpan();
    } catch {
      return; // tracing must not take a recording down
    }
    if (span?.isSampled !== true) return;
    const { traceId, spanId } = span;
    this.#slots.set(row * this.#width + slot, { value, traceId, spanId, timeMs: this.#now() });
  }

  free(row: number): void {
    for (let slot = 0; slot < this.#width; slot++) this.#slots.delete(row * this.#width + slot);
  }

  /** A copy keyed by `point * width + slot`, for points that lie in `rows` (ascending). */
  copy(rows: Uint32Array): ReadonlyMap<number, Exemplar> | undefined {
    if (this.#slots.size === 0) return undefined;
    const copy = new Map<number, Exemplar>();
    for (const [key, exemplar] of this.#slots) {
      const point = indexOf(rows, Math.floor(key / this.#width));
      if (point >= 0) copy.set(point * this.#width + (key % this.#width), exemplar);
    }
    return copy;
  }
}

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
