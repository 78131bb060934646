import type { Clock } from '@sightline/base';
import type { ActiveSpan } from '../metrics.js';
import type { Exemplar } from './family-snapshot.js';

/**
 * Keeps one exemplar per series or bucket: the newest sampled recording that was checked. After each read the first 16
 * recordings are checked, then every 16th, because asking for the span costs more than the recording (bench/cases/recording).
 */
export class ExemplarSlots {
  readonly #width: number;
  readonly #activeSpan: ActiveSpan;
  readonly #clock: Clock;
  readonly #slots = new Map<number, Exemplar>();
  /** Recordings since the last read, by slot, capped at 32. */
  #seen = new Uint8Array(64);

  /** @param width slots per row: 1 for a counter, one per bucket for a histogram */
  constructor(width: number, activeSpan: ActiveSpan, clock: Clock) {
    this.#width = width;
    this.#activeSpan = activeSpan;
    this.#clock = clock;
  }

  offer(row: number, slot: number, value: number): void {
    const key = row * this.#width + slot;
    if (key >= this.#seen.length) this.#grow(key);
    const seen = this.#seen[key] as number;
    this.#seen[key] = seen === 2 * CHECKED - 1 ? CHECKED : seen + 1;
    if (seen <= CHECKED) this.#look(key, value);
  }

  #look(key: number, value: number): void {
    let span: ReturnType<ActiveSpan>;
    try {
      span = this.#activeSpan();
    } catch {
      return; // a failing tracer must not fail a recording
    }
    if (span?.isSampled !== true) return;
    const { traceId, spanId } = span;
    // The lengths of W3C Trace Context. OpenMetrics refuses an exposition whose exemplars have more than 128 characters.
    if (!(traceId.length <= 32 && spanId.length <= 16)) return;
    this.#slots.set(key, { value, traceId, spanId, timeMs: this.#clock.now() });
  }

  free(row: number): void {
    const first = row * this.#width;
    for (let key = first; key < first + this.#width; key++) this.#slots.delete(key);
    this.#seen.fill(0, first, first + this.#width);
  }

  /** A copy with keys `point * width + slot`, for the points in `rows` (ascending). */
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

/** How many recordings after a read are all checked, and of how many later ones one is. */
const CHECKED = 16;

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
