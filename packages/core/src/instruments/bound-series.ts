import { isObject } from '@sightline/base';
import type { BoundRow, RowUse, SeriesFamily } from '../store/series-family.js';
import type { Slab } from '../store/slab.js';
import { reportMisplaced } from '../store/undeclared-labels.js';
import type { HistogramValue } from './instruments.js';
import type { ReadLabel } from './label-reader.js';
import { valueIn } from './series-value.js';

/**
 * One series, looked up once: it keeps the row of its numbers. When the series ends, the next recording starts a new
 * one. An instrument without labels is a bound series itself.
 */
export abstract class BoundSeries<Value extends number | HistogramValue> implements BoundRow {
  readonly name: string;
  readonly family: SeriesFamily;
  /** The family's numbers. */
  protected readonly slab: Slab;
  /** -1 while it has no series. */
  row = -1;
  readonly #labels: readonly ReadLabel[];
  readonly #given: unknown;

  constructor(name: string, family: SeriesFamily, labels: readonly ReadLabel[], given: unknown) {
    this.name = name;
    this.family = family;
    this.slab = family.slab;
    this.#labels = labels;
    this.#given = copyOf(given);
    this.rowFor('bind');
  }

  labels(misplaced?: unknown): this {
    reportMisplaced(this.family, misplaced);
    this.rowFor('bind'); // asking for a series makes it visible
    return this;
  }

  value(): Value | undefined {
    return valueIn(this.family, this.row) as Value | undefined;
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
    this.family.bind(row, this);
    return row;
  }
}

/** The caller may change its object later. */
function copyOf(labels: unknown): unknown {
  try {
    if (!isObject(labels)) return labels;
    if (!Array.isArray(labels)) return { ...labels };
    // An array that is no list of labels may be very long.
    return labels.length <= MAX_POSITIONS ? [...labels] : [];
  } catch {
    return labels;
  }
}

const MAX_POSITIONS = 100;
