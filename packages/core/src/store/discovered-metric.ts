import { LabelledCounter } from '../instruments/counter.js';
import type { Declaration } from '../instruments/declaration.js';
import { dropValue } from '../instruments/drop-value.js';
import { LabelledGauge } from '../instruments/gauge.js';
import { LabelledHistogram } from '../instruments/histogram.js';
import type { ReadLabel } from '../instruments/label-reader.js';
import type { Instrumentation } from './family-snapshot.js';
import type { SeriesFamily } from './series-family.js';

export interface DiscoveredOptions {
  readonly kind: Declaration['kind'];
  /** Letters, digits, `_`, `.`, `-` and `/`, beginning with a letter. */
  readonly name: string;
  readonly help: string;
  /** The unit as a word, as instruments of services declare it. */
  readonly unit: string | undefined;
  readonly isAdditive?: boolean | undefined;
  /** Upper bounds of a histogram: finite, ascending. */
  readonly buckets?: readonly number[] | undefined;
  readonly instrumentation: Instrumentation;
}

/**
 * A metric of another metrics API, whose labels become known with its recordings. All its labels are optional. Its store is that of
 * all metrics: the same caps, filters, counts of what is wrong, and readers. A recording throws only in a `strict` collector.
 */
export interface DiscoveredMetric {
  /** Whether the service has declared a metric of this name since: nothing is recorded any more. */
  readonly isReplaced: boolean;
  /**
   * Adds labels. Names must be allowed, and no two written alike. Costs a copy of the labels of all series.
   * @param integerNames those of `names` whose values are whole numbers
   */
  addLabels(names: readonly string[], integerNames: readonly string[]): void;
  /** Adds to a counter or a gauge. */
  add(labels: object, by: number): void;
  /** Sets a gauge, or the total of a counter; a lower total than before restarts the series. */
  set(labels: object, value: number): void;
  /** Records a value of a histogram, not below 0. */
  observe(labels: object, value: number): void;
  /** Ends the series. */
  remove(labels: object): void;
}

/** One that shares its family with all that were declared alike. */
export class DiscoveredFamily implements DiscoveredMetric {
  readonly family: SeriesFamily;
  readonly #widen: (names: readonly string[], integerNames: readonly string[]) => void;
  #declaration: Declaration | undefined;
  #lastInstrument: LabelledCounter | LabelledGauge | LabelledHistogram | undefined;

  constructor(family: SeriesFamily, widen: (names: readonly string[], integerNames: readonly string[]) => void) {
    this.family = family;
    this.#widen = widen;
  }

  /** Made anew after each of those that share the family may have added labels. */
  get #instrument(): LabelledCounter | LabelledGauge | LabelledHistogram {
    const { declaration } = this.family;
    if (this.#lastInstrument === undefined || this.#declaration !== declaration) {
      this.#declaration = declaration;
      this.#lastInstrument = instrumentOf(this.family);
    }
    return this.#lastInstrument;
  }

  get isReplaced(): boolean {
    return this.family.giveWay === undefined;
  }

  addLabels(names: readonly string[], integerNames: readonly string[]): void {
    this.#widen(names, integerNames);
  }

  add(labels: object, by: number): void {
    const instrument = this.#instrument;
    if (!(instrument instanceof LabelledHistogram)) instrument.inc(labels, by);
  }

  set(labels: object, value: number): void {
    const instrument = this.#instrument;
    if (instrument instanceof LabelledGauge) instrument.set(labels, value);
    else if (instrument instanceof LabelledCounter) this.#setTotal(labels, value);
  }

  #setTotal(labels: object, total: number): void {
    const { family } = this;
    if (!(typeof total === 'number' && total >= 0 && total < Number.POSITIVE_INFINITY)) return dropValue(family, total);
    const read = labelsOf(family);
    let row = family.lookUp(read, labels);
    if (row >= 0 && total < (family.slab.numbers[row] ?? 0)) {
      family.endRestarted(row);
      row = -1;
    }
    if (row < 0) row = family.admit(read, labels, 'set');
    if (row >= 0) family.slab.numbers[row] = total;
  }

  observe(labels: object, value: number): void {
    const instrument = this.#instrument;
    if (!(instrument instanceof LabelledHistogram)) return;
    if (value < 0) dropValue(this.family, value);
    else instrument.observe(labels, value);
  }

  remove(labels: object): void {
    this.#instrument.remove(labels);
  }
}

const labelledClasses = { counter: LabelledCounter, gauge: LabelledGauge, histogram: LabelledHistogram };

function instrumentOf(family: SeriesFamily): LabelledCounter | LabelledGauge | LabelledHistogram {
  const { kind, name } = family.declaration;
  return new labelledClasses[kind](name, family, labelsOf(family));
}

function labelsOf({ declaration }: SeriesFamily): readonly ReadLabel[] {
  return declaration.labelNames.map((name) => ({ name, isOptional: true }));
}
