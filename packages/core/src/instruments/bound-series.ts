import type { ExponentialHistogram } from '../exponential/exponential-histogram.js';
import type { BoundRow, RowUse, SeriesFamily } from '../store/series-family.js';
import { ENDED, type Slab } from '../store/slab.js';
import type { ReadLabel } from './label-reader.js';

/**
 * One series, looked up once: it keeps the position of its numbers. When the series ends, the next recording starts a new
 * one. An instrument without labels is a bound series itself.
 */
export abstract class BoundSeries implements BoundRow {
  readonly name: string;
  readonly family: SeriesFamily;
  row = -1;
  /** `ENDED` while it has no series. */
  protected slab: Slab = ENDED;
  protected offset = 0;
  /** Only for a histogram that keeps one. */
  protected exponential: ExponentialHistogram | undefined;
  readonly #labels: readonly ReadLabel[];
  readonly #given: unknown;

  constructor(name: string, family: SeriesFamily, labels: readonly ReadLabel[], given: unknown) {
    this.name = name;
    this.family = family;
    this.#labels = labels;
    this.#given = copyOf(given);
    this.rowFor('bind');
  }

  attach(row: number): void {
    this.row = row;
    this.slab = this.family.slab;
    this.offset = row * this.slab.width;
    this.exponential = this.family.exponentials?.at(row);
  }

  detach(): void {
    this.row = -1;
    this.slab = ENDED;
    this.offset = 0;
    this.exponential = undefined;
  }

  labels(misplaced?: unknown): this {
    if (misplaced !== undefined) this.family.reportMisplaced(misplaced);
    this.rowFor('bind'); // asking for a series makes it visible
    return this;
  }

  remove(): void {
    if (this.row >= 0) this.family.end(this.row);
  }

  clear(): void {
    this.remove();
  }

  /** The row to record in; looked up again if the series has ended or was beyond a cap. -1: drop the recording. */
  protected rowFor(use: RowUse): number {
    if (this.row >= 0) return this.row;
    const row = this.family.admit(this.#labels, this.#given, use);
    if (row >= 0 && !this.family.isOverflow(row) && this.family.boundAt(row) === undefined) this.family.bind(row, this);
    return row;
  }
}

/** The caller may change its object later. */
function copyOf(labels: unknown): unknown {
  try {
    if (labels === null || typeof labels !== 'object') return labels;
    if (!Array.isArray(labels)) return { ...labels };
    // An array that is no list of labels may be very long.
    return labels.length <= MAX_POSITIONS ? [...labels] : [];
  } catch {
    return labels;
  }
}

const MAX_POSITIONS = 100;
