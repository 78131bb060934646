import type { RowUse, SeriesFamily } from '../store/series-family.js';
import type { BoundSeries } from './bound-series.js';
import type { HistogramValue } from './instruments.js';
import type { LabelReader, ReadLabel } from './label-reader.js';
import { valueIn } from './series-value.js';

/** What all instruments with labels share. */
export abstract class LabelledInstrument<Series extends BoundSeries<Value>, Value extends number | HistogramValue> {
  readonly name: string;
  readonly family: SeriesFamily;
  /** The row of these labels, or -1. */
  protected readonly find: LabelReader;
  protected abstract readonly seriesClass: new (
    ...args: ConstructorParameters<typeof BoundSeries>
  ) => Series;
  readonly #labels: readonly ReadLabel[];

  constructor(name: string, family: SeriesFamily, labels: readonly ReadLabel[]) {
    this.name = name;
    this.family = family;
    this.#labels = labels;
    this.find = family.reader(labels);
  }

  labels(labels: unknown): Series {
    const row = this.rowOf(labels);
    const bound = row < 0 ? undefined : this.family.boundAt(row);
    // A bound series of this family has the instrument's type.
    if (bound !== undefined) return bound as Series;
    // biome-ignore lint/complexity/noArguments: values by position are wrong; a rest parameter would cost every look-up an array
    const given = arguments.length > 1 ? Array.from(arguments) : labels;
    return new this.seriesClass(this.name, this.family, this.#labels, given);
  }

  value(labels: unknown): Value | undefined {
    return valueIn(this.family, this.rowOf(labels)) as Value | undefined;
  }

  remove(labels: unknown): void {
    const row = this.rowOf(labels);
    if (row >= 0) this.family.end(row);
    else this.family.reportPositional(this.#labels, labels);
  }

  clear(): void {
    this.family.clear();
  }

  /** The labels that a recording passes, without those that a child collector fixes. */
  protected ownLabels(): ReadLabel[] {
    return this.#labels.filter(({ fixed }) => fixed === undefined);
  }

  /** The row that exists for these labels, or -1. */
  protected rowOf(labels: unknown): number {
    const row = this.find(labels);
    return row < 0 ? this.family.lookUp(this.#labels, labels) : row;
  }

  /** The row to record in if `find` has none. -1: drop the recording. */
  protected admit(labels: unknown, use: RowUse): number {
    return this.family.admit(this.#labels, labels, use);
  }
}
