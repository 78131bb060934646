import type { Clock } from '@sightline/base';
import type { HistogramNeed } from '../collection/metrics-backend.js';
import { ExponentialHistogram } from '../exponential/exponential-histogram.js';
import { type Declaration, subjectOf } from '../instruments/declaration.js';
import { isLabels, type LabelReader, labelReader, type ReadLabel } from '../instruments/label-reader.js';
import { labelText, MAX_LABEL_LENGTH, wellFormed } from '../instruments/label-text.js';
import { OVERFLOW_LABEL_VALUE } from '../instruments/labels.js';
import type { ActiveSpan } from '../metrics.js';
import type { Diagnostics, MislabelReason, Misuse, SelfCounter } from './diagnostics.js';
import { ExemplarSlots } from './exemplar-slots.js';
import { isExponentialShown } from './exponential-shown.js';
import type { FamilyColumns } from './family-snapshot.js';
import { LabelTrie } from './label-trie.js';
import { mislabelMessage, overflowMessage } from './recording-messages.js';
import { SeriesRows } from './series-rows.js';
import { SeriesStartTimes } from './series-start-times.js';
import { Slab } from './slab.js';
import { reportUndeclared } from './undeclared-labels.js';

/** What all families of a collector share, and the limits of one. */
export interface FamilySetting {
  readonly diagnostics: Diagnostics;
  readonly clock: Clock;
  /** For exemplars. */
  readonly activeSpan?: ActiveSpan | undefined;
  /** What the backends read from histograms. */
  readonly histogramNeeds: readonly HistogramNeed[];
  /** When the collector was last read, as Unix time in milliseconds. */
  readonly lastReadMs: () => number;
  /** Live series of all metrics together, without overflow series. */
  readonly total: { live: number; readonly max: number };
  readonly maxSeries: number;
  readonly constantLabels: Readonly<Record<string, string>>;
  /** Maximum number of distinct values by label. Further values become the overflow value. */
  readonly limitLabels: ReadonlyMap<string, number>;
  /** Called before the series in `rows` end. */
  readonly ending: (family: SeriesFamily, rows: Uint32Array) => void;
}

/** Why the row is requested. `add` may use the overflow series, `set` may not. `bind` and `look` record nothing. */
export type RowUse = 'add' | 'set' | 'bind' | 'look';

/** A bound series. Its family sets the row when it gets one, and to -1 when the series ends. */
export interface BoundRow {
  row: number;
}

/**
 * The series of one exported metric: finds them by their labels and keeps their numbers. The instruments decide what the
 * numbers mean.
 */
export class SeriesFamily {
  declaration: Declaration;
  setting: FamilySetting;
  /** Of a metric whose labels are discovered: ends it, because the service declares one that is written like it. */
  giveWay: (() => void) | undefined;
  readonly slab: Slab;
  /** A histogram's bounds as a typed array: comparing with a frozen array takes 61 instead of 20 ns. */
  readonly bounds: Float64Array;
  readonly exemplars: ExemplarSlots | undefined;
  /** By row, if the family keeps them. */
  readonly exponentials: Array<ExponentialHistogram | undefined> | undefined;
  readonly rows: SeriesRows;
  readonly trie: LabelTrie = new LabelTrie();
  /** -1 while there is no overflow series. */
  overflowRow = -1;
  readonly #bound = new Map<number, BoundRow>();
  readonly #startTimes: SeriesStartTimes;
  readonly #seenValues = new Map<string, Set<string>>();

  constructor(declaration: Declaration, setting: FamilySetting) {
    const { kind, labelNames, buckets, exponential, exemplars, startTimeMs } = declaration;
    const { activeSpan, clock, histogramNeeds } = setting;
    const isShown = (need: HistogramNeed) => isExponentialShown(exponential, need, buckets);
    const isHistogram = kind === 'histogram';
    const slots = isHistogram ? buckets.length + 1 : 1;
    this.declaration = declaration;
    this.setting = setting;
    this.slab = new Slab(isHistogram ? slots + 1 : 1);
    this.bounds = Float64Array.from(buckets);
    const keepsExemplars = kind !== 'gauge' && exemplars !== false;
    this.exemplars = activeSpan && keepsExemplars ? new ExemplarSlots(slots, activeSpan, clock) : undefined;
    this.exponentials = isHistogram && (exponential === true || histogramNeeds.some(isShown)) ? [] : undefined;
    this.rows = new SeriesRows(labelNames.length);
    this.#startTimes = new SeriesStartTimes({ ...setting, startTimeMs });
  }

  /** The label reader for an instrument with these labels. */
  reader(labels: readonly ReadLabel[]): LabelReader {
    const find = labelReader(this.trie.root, labels);
    if (!this.setting.diagnostics.isStrict) return find;
    return (given) => {
      const row = find(given);
      if (row >= 0) reportUndeclared(this, labels, given); // otherwise `admit` reports it
      return row;
    };
  }

  /**
   * The row for labels that have no row yet, or that are wrong. Counts what is wrong. Makes a series if the caps allow it, else
   * uses the overflow series.
   * @returns -1 if there is no row: the overflow series is only for `add`
   */
  admit(labels: readonly ReadLabel[], given: unknown, use: RowUse): number {
    const values = this.#read(labels, given, use);
    const row = values && this.trie.get(values);
    if (row !== undefined) return row;
    if (values === undefined || this.#isFull(values, use)) return use === 'add' ? this.#overflow() : -1;
    reportUndeclared(this, labels, given);
    return this.#create(values);
  }

  /**
   * Reports a wrong recording.
   * @param detail the rest of the sentence that begins with the metric
   * @param counter counts it. Default: it is only warned about
   */
  report(reason: Misuse, detail: () => string, counter?: SelfCounter): void {
    const { kind, name } = this.declaration;
    this.setting.diagnostics.misused(name, reason, () => `${subjectOf(kind, name)} ${detail()}`, counter);
  }

  /** The row of an existing series, whatever the type of the label values (`404`, `"404"`), or -1. Counts nothing. */
  lookUp(labels: readonly ReadLabel[], given: unknown): number {
    const values = this.#read(labels, given, 'look');
    return (values && this.trie.get(values)) ?? -1;
  }

  /** Reports labels that were passed by position to a call that records nothing. */
  reportPositional(labels: readonly ReadLabel[], given: unknown): void {
    if (given !== undefined && !isLabels(given)) this.#read(labels, given, 'bind');
  }

  /** Makes a series for every combination of the declared label values, if all labels declare values and the caps allow it. */
  prefill(labels: readonly ReadLabel[]): void {
    let combinations: string[][] = [[]];
    for (const { name, fixed, isOptional } of labels) {
      const listed = fixed === undefined ? this.declaration.labelValues.get(name) : [fixed];
      if (listed === undefined && isOptional !== true) return;
      const values = [...(isOptional === true ? [''] : []), ...(listed ?? [])];
      const { maxSeries, total } = this.setting;
      const room = Math.min(maxSeries - this.rows.liveCount, total.max - total.live);
      if (combinations.length * values.length > room) return;
      combinations = combinations.flatMap((start) => values.map((value) => [...start, value]));
    }
    for (const combination of combinations) {
      const values = this.#limited(labels, combination, 'bind');
      if (this.trie.get(values) === undefined) this.#create(values);
    }
  }

  boundAt(row: number): BoundRow | undefined {
    return this.#bound.get(row);
  }

  /** Attaches the first bound series of a row. The overflow series has none, because it is not that of its labels. */
  bind(row: number, bound: BoundRow): void {
    if (row < 0 || row === this.overflowRow || this.#bound.has(row)) return;
    this.#bound.set(row, bound);
    bound.row = row;
  }

  /** @param endMs when the series ended. Default: now */
  end(row: number, endMs?: number): void {
    this.#end(Uint32Array.of(row), endMs);
  }

  /** Ends a series whose total has restarted at some time after the last read. */
  endRestarted(row: number): void {
    this.end(row, this.#startTimes.lastSeenMs);
  }

  clear(): void {
    this.#end(this.rows.liveRows());
  }

  /** The columns of a snapshot without its numbers. */
  columns(rows: Uint32Array = this.rows.liveRows()): FamilyColumns {
    const { name, help, unit, labelNames, optionalLabels, integerLabels, maxSeries, instrumentation } =
      this.declaration;
    const { labelValues, startTimesMs } = this.rows.share();
    return {
      name,
      help,
      unit,
      labelNames,
      optionalLabels,
      integerLabels,
      knownValues: this.declaration.labelValues,
      maxSeries,
      constantLabels: this.setting.constantLabels,
      size: rows.length,
      rows,
      labelValues,
      startTimesMs,
      origin: 'own',
      instrumentation,
    };
  }

  /** Whether a cap allows no further series; reports that. */
  #isFull(values: readonly string[], use: RowUse): boolean {
    const { total, maxSeries } = this.setting;
    const live = this.rows.liveCount - (this.overflowRow < 0 ? 0 : 1);
    if (values.length === 0 || (live < maxSeries && total.live < total.max)) return false;
    const message = () =>
      live < maxSeries ? overflowMessage('maxTotalSeries', total.max) : overflowMessage('maxSeries', maxSeries);
    this.report('overflowed', message, use === 'bind' ? undefined : 'sightline_overflowed_total');
    return true;
  }

  #create(given: readonly string[]): number {
    // Services build new label strings for each call: reuse those of an earlier series (24 bytes per label).
    const values = given.map((value, k) => {
      const like = this.trie.rowUnder(given, k + 1);
      return like === undefined ? value : (this.rows.valueAt(like, k) ?? value);
    });
    const row = this.rows.add(values, this.#startTimes.startOf(values));
    this.slab.reset(row);
    if (this.exponentials) this.exponentials[row] = new ExponentialHistogram(this.rows.startTimeOf(row));
    this.trie.set(values, row);
    this.setting.total.live++;
    return row;
  }

  #overflow(): number {
    if (this.overflowRow < 0) {
      const values = this.declaration.labelNames.map(() => OVERFLOW_LABEL_VALUE);
      this.overflowRow = this.trie.get(values) ?? this.#create(values);
      this.setting.total.live--; // the overflow series does not count against the cap
    }
    return this.overflowRow;
  }

  #end(rows: Uint32Array, endMs?: number): void {
    if (rows.length === 0) return;
    this.setting.ending(this, rows);
    for (const row of rows) {
      const values = this.rows.valuesOf(row);
      this.#startTimes.ended(values, endMs);
      this.trie.delete(values);
      const bound = this.#bound.get(row);
      if (bound !== undefined) bound.row = -1;
      this.#bound.delete(row);
      this.exemplars?.free(row);
      if (this.exponentials) this.exponentials[row] = undefined;
      this.rows.free(row);
      if (row === this.overflowRow) this.overflowRow = -1;
      else this.setting.total.live--;
    }
  }

  /** The label values as stored, or `undefined` after reporting what is wrong with them. */
  #read(labels: readonly ReadLabel[], given: unknown, use: RowUse): string[] | undefined {
    const values: string[] = [];
    const wrong = (reason: MislabelReason, label: string, value: unknown): undefined => {
      if (use === 'look') return;
      const message = () => mislabelMessage(this.declaration, labels, { reason, label, given, value });
      this.report(reason, message, use === 'bind' ? undefined : 'sightline_mislabelled_total');
    };
    for (const { name, fixed, isOptional } of labels) {
      if (fixed !== undefined) {
        values.push(fixed);
        continue;
      }
      if (!isLabels(given)) return wrong('no_labels', name, given);
      let raw: unknown;
      try {
        raw = (given as Record<string, unknown>)[name];
      } catch {
        return wrong('wrong_label_type', name, 'a getter that throws');
      }
      if (isOptional === true && (raw === undefined || raw === null || raw === '')) {
        values.push('');
        continue;
      }
      const text = labelText(raw);
      if (text === undefined) {
        return wrong(raw === undefined ? 'missing_label' : 'wrong_label_type', name, raw);
      }
      if (text.length > MAX_LABEL_LENGTH) return wrong('too_long', name, text);
      const value = wellFormed(text);
      const allowed = this.declaration.labelValues.get(name);
      if (allowed !== undefined && !allowed.has(value)) return wrong('undeclared_value', name, value);
      values.push(value);
    }
    return this.#limited(labels, values, use);
  }

  /** Replaces values beyond a label's limit. `look` does not count against the limit. */
  #limited(labels: readonly ReadLabel[], values: string[], use: RowUse): string[] {
    const { limitLabels } = this.setting;
    if (limitLabels.size === 0) return values;
    return values.map((value, k) => {
      const name = labels[k]?.name ?? '';
      const max = limitLabels.get(name);
      if (max === undefined || (value === '' && labels[k]?.isOptional === true)) return value;
      const seen = this.#seenValues.get(name) ?? new Set();
      if (!seen.has(value) && seen.size >= max) return OVERFLOW_LABEL_VALUE;
      if (use !== 'look') this.#seenValues.set(name, seen.add(value));
      return value;
    });
  }
}
