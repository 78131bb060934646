import { valueText } from '@sightline/base';
import type { ExponentialSides } from '../exponential/exponential-sides.js';
import type { Declaration } from '../instruments/declaration.js';
import { didYouMean } from '../instruments/declaration.js';
import { isLabels, type LabelReader, labelReader, type ReadLabel } from '../instruments/label-reader.js';
import { labelText, MAX_LABEL_LENGTH, wellFormed } from '../instruments/label-text.js';
import { OVERFLOW_LABEL_VALUE } from '../instruments/labels.js';
import { namedLabels } from '../instruments/named-labels.js';
import type { ExemplarSlots } from './exemplar-slots.js';
import type { FamilyColumns } from './family-snapshot.js';
import { LabelTrie } from './label-trie.js';
import type { MislabelReason, Mistakes } from './mistakes.js';
import { SeriesRows } from './series-rows.js';
import { SeriesStarts } from './series-starts.js';
import { Slab } from './slab.js';

/** What all metrics of a collector share. */
export interface FamilySetting {
  readonly mistakes: Mistakes;
  readonly now: () => number;
  readonly monotonicMs: () => number;
  /** When somebody last read the collector, as Unix time in milliseconds. */
  readonly lastReadMs: () => number;
  /** Live series of all metrics together, overflow series not counted. */
  readonly total: { live: number; readonly max: number };
  readonly maxSeries: number;
  readonly constantLabels: Readonly<Record<string, string>>;
  /** Most distinct values by label; further ones become the overflow value. */
  readonly limitLabels: ReadonlyMap<string, number>;
  /** Whether somebody wants the last numbers of `rows`, which end. */
  readonly ending: (family: SeriesFamily, rows: Uint32Array) => void;
}

/** What a family keeps of each series. */
export interface FamilyStorage {
  /** Numbers a row. */
  readonly width: number;
  readonly exemplars?: ExemplarSlots | undefined;
  readonly exponentials?: ExponentialSides | undefined;
}

/** What a row is wanted for: `add` may go to the overflow series, `set` may not, `bind` and `look` are no recordings and count nothing. */
export type RowUse = 'add' | 'set' | 'bind' | 'look';

/** A bound series as its metric sees it: told when its row comes and goes. */
export interface BoundRow {
  readonly row: number;
  attach(row: number): void;
  detach(): void;
}

/**
 * The series of one exported metric: which there are, how they are found, and where their numbers lie. What the numbers
 * mean is the business of the instruments.
 */
export class SeriesFamily {
  readonly declaration: Declaration;
  readonly setting: FamilySetting;
  readonly slab: Slab;
  /** A histogram's bounds, in an array that is quick to compare with: a frozen one is not (61 against 20 ns). */
  readonly bounds: Float64Array;
  readonly exemplars: ExemplarSlots | undefined;
  readonly exponentials: ExponentialSides | undefined;
  readonly #trie = new LabelTrie();
  readonly #rows: SeriesRows;
  readonly #bound = new Map<number, BoundRow>();
  readonly #starts: SeriesStarts;
  readonly #seenValues = new Map<string, Set<string>>();
  #overflowRow = -1;

  constructor(declaration: Declaration, setting: FamilySetting, { width, exemplars, exponentials }: FamilyStorage) {
    this.declaration = declaration;
    this.setting = setting;
    this.slab = new Slab(width);
    this.bounds = Float64Array.from(declaration.buckets);
    this.exemplars = exemplars;
    this.exponentials = exponentials;
    this.#rows = new SeriesRows(declaration.labelNames.length);
    this.#starts = new SeriesStarts({ ...setting, startTimeMs: declaration.startTimeMs });
  }

  /** The reader for an instrument that gives the stored labels in this way. */
  reader(labels: readonly ReadLabel[]): LabelReader {
    const find = labelReader(this.#trie.root, labels);
    if (!this.setting.mistakes.isStrict) return find;
    return (given) => {
      const row = find(given);
      if (row >= 0) this.#reportUndeclared(labels, given); // otherwise `admit` will
      return row;
    };
  }

  /**
   * The row for labels that have none yet, or are wrong: counts what is wrong, makes the series if there is room, else
   * gives the overflow row.
   * @returns -1 where there is no row: a gauge's `set` may not go to the overflow series, binding need not
   */
  admit(labels: readonly ReadLabel[], given: unknown, use: RowUse): number {
    const values = this.#read(labels, given, use);
    if (values === undefined) return use === 'add' ? this.#overflow() : -1;
    const row = this.#trie.get(values);
    if (row !== undefined) return row;
    const { mistakes, total, maxSeries } = this.setting;
    const live = this.#rows.liveCount - (this.#overflowRow < 0 ? 0 : 1);
    if (values.length > 0 && (live >= maxSeries || total.live >= total.max)) {
      mistakes.overflowed(this.declaration.name, use !== 'bind', () => this.#overflowMessage(live >= maxSeries));
      return use === 'add' ? this.#overflow() : -1;
    }
    this.#reportUndeclared(labels, given);
    total.live++;
    return this.#create(values);
  }

  /** The metric as messages name it. */
  get subject(): string {
    const { kind, name } = this.declaration;
    return `${kind[0]?.toUpperCase()}${kind.slice(1)} "${name}"`;
  }

  /** The one number in a row of a counter or gauge; `undefined` for row -1. */
  numberAt(row: number): number | undefined {
    return row < 0 ? undefined : this.slab.numbers[row];
  }

  /** When the series in this row began: no two series that have the same row after each other share it. */
  startTimeOf(row: number): number {
    return this.#rows.startTimeOf(row);
  }

  /** The row for labels that exist in another spelling than given, or -1. Counts nothing. */
  lookUp(labels: readonly ReadLabel[], given: unknown): number {
    const values = this.#read(labels, given, 'look');
    return (values === undefined ? undefined : this.#trie.get(values)) ?? -1;
  }

  /** Says that labels were given where there can be none: to one series, or to a metric without labels. */
  reportMisplaced(given: unknown): void {
    const got = isLabels(given) ? quoted(keysOf(given)) : valueText(given);
    if (got === '') return; // an object without labels
    const { mistakes } = this.setting;
    mistakes.undeclaredLabel(
      this.declaration.name,
      () => `${this.subject} takes no labels here, but got ${got}. It is recorded without.`,
    );
  }

  /** Says that labels were given by position, to a call that records nothing. */
  reportPositional(labels: readonly ReadLabel[], given: unknown): void {
    if (given === undefined || isLabels(given)) return;
    const mistake = { reason: 'no_labels', label: '', given, value: given } as const;
    this.setting.mistakes.mislabelled(this.declaration.name, 'no_labels', false, () =>
      this.#mislabelMessage(labels, mistake),
    );
  }

  /** Makes every combination of the declared label values, where all labels have some and there is room. */
  prefill(labels: readonly ReadLabel[]): void {
    let combinations: string[][] = [[]];
    for (const { name, fixed, isOptional } of labels) {
      const listed = fixed === undefined ? this.declaration.labelValues.get(name) : [fixed];
      const values = isOptional === true ? ['', ...(listed ?? [])] : listed;
      if (values === undefined) return;
      const { maxSeries, total } = this.setting;
      const room = Math.min(maxSeries - this.#rows.liveCount, total.max - total.live);
      if (combinations.length * [...values].length > room) return;
      combinations = combinations.flatMap((start) => [...values].map((value) => [...start, value]));
    }
    for (const combination of combinations) {
      const values = this.#limited(labels, combination, 'bind');
      if (this.#trie.get(values) !== undefined) continue;
      this.setting.total.live++;
      this.#create(values);
    }
  }

  boundAt(row: number): BoundRow | undefined {
    return this.#bound.get(row);
  }

  bind(row: number, bound: BoundRow): void {
    this.#bound.set(row, bound);
    bound.attach(row);
  }

  isOverflow(row: number): boolean {
    return row === this.#overflowRow;
  }

  end(row: number): void {
    this.#end(Uint32Array.of(row));
  }

  /** Ends a series whose total was found to have started anew: some time after somebody last read it. */
  endRestarted(row: number): void {
    this.#end(Uint32Array.of(row), this.#starts.lastSeenMs);
  }

  /** The latest start of all series that there were, as Unix time in milliseconds; 0 without any. */
  get latestStartMs(): number {
    return this.#rows.latestStartMs;
  }

  clear(): void {
    this.#end(this.#rows.liveRows().slice());
  }

  /** What a snapshot says of the family besides its numbers. */
  columns(rows: Uint32Array = this.#rows.liveRows()): FamilyColumns {
    const { name, help, unit, labelNames, optionalLabels, integerLabels, maxSeries } = this.declaration;
    const { labelValues, startTimesMs } = this.#rows.share();
    return {
      name,
      help,
      unit,
      labelNames,
      optionalLabels,
      integerLabels,
      maxSeries,
      constantLabels: this.setting.constantLabels,
      size: rows.length,
      rows,
      labelValues,
      startTimesMs,
      origin: 'own',
    };
  }

  #create(given: readonly string[]): number {
    // Services build label texts anew for each call: keep those that an earlier series has already (24 bytes a label).
    const values = given.map((value, k) => {
      const like = k < given.length - 1 ? this.#trie.rowUnder(given, k + 1) : undefined;
      return like === undefined ? value : (this.#rows.valueAt(like, k) ?? value);
    });
    const row = this.#rows.add(values, this.#starts.startOf(values));
    this.slab.reset(row);
    this.exponentials?.begin(row, this.#rows.startTimeOf(row));
    this.#trie.set(values, row);
    return row;
  }

  #overflow(): number {
    if (this.#overflowRow < 0) {
      const values = this.declaration.labelNames.map(() => OVERFLOW_LABEL_VALUE);
      const taken = this.#trie.get(values);
      if (taken !== undefined) this.setting.total.live--; // from now on it does not count against the cap
      this.#overflowRow = taken ?? this.#create(values);
    }
    return this.#overflowRow;
  }

  #end(rows: Uint32Array, endMs?: number): void {
    if (rows.length === 0) return;
    this.setting.ending(this, rows);
    for (const row of rows) {
      const values = this.#rows.valuesOf(row);
      this.#starts.ended(values, endMs);
      this.#trie.delete(values);
      this.#bound.get(row)?.detach();
      this.#bound.delete(row);
      this.exemplars?.free(row);
      this.exponentials?.free(row);
      this.#rows.free(row);
      if (row === this.#overflowRow) this.#overflowRow = -1;
      else this.setting.total.live--;
    }
  }

  /** The stored label values, or `undefined` after counting what is wrong with them. */
  #read(labels: readonly ReadLabel[], given: unknown, use: RowUse): string[] | undefined {
    const values: string[] = [];
    const wrong = (reason: MislabelReason, label: string, value: unknown): undefined => {
      if (use === 'look') return;
      const message = () => this.#mislabelMessage(labels, { reason, label, given, value });
      this.setting.mistakes.mislabelled(this.declaration.name, reason, use !== 'bind', message);
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
      if (isOptional === true && (raw === undefined || raw === '')) {
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

  /** The values with those beyond a label's limit replaced. Only a series that will be there takes a place. */
  #limited(labels: readonly ReadLabel[], values: string[], use: RowUse): string[] {
    const { limitLabels } = this.setting;
    if (limitLabels.size === 0) return values;
    return values.map((value, k) => {
      const name = labels[k]?.name ?? '';
      const most = limitLabels.get(name);
      if (most === undefined || (value === '' && labels[k]?.isOptional === true)) return value;
      const seen = this.#seenValues.get(name) ?? new Set();
      if (!seen.has(value) && seen.size >= most) return OVERFLOW_LABEL_VALUE;
      if (use !== 'look') this.#seenValues.set(name, seen.add(value));
      return value;
    });
  }

  #mislabelMessage(
    labels: readonly ReadLabel[],
    { reason, label, given, value }: { reason: MislabelReason; label: string; given: unknown; value: unknown },
  ): string {
    const has = `${this.subject} has ${labelList(this.declaration.labelNames)}`;
    switch (reason) {
      case 'no_labels':
        return `${has}, but got ${valueText(value)} instead of an object with them. Pass ${namedLabels(this.#givenNames(labels), given)}.`;
      case 'missing_label': {
        const keys = keysOf(given);
        const strangers = keys.filter((key) => !this.declaration.labelNames.includes(key));
        return strangers.length === 0
          ? `${has}, but got ${keys.length === 0 ? 'none' : `only ${quoted(keys)}`}. Pass "${label}" as well.`
          : `${has}, but got ${quoted(strangers)}.${didYouMean(strangers[0] ?? '', this.declaration.labelNames)}`;
      }
      case 'wrong_label_type':
        return `${has}, but "${label}" is ${valueText(value)}. Label values are strings, numbers or booleans.`;
      case 'too_long':
        return `${this.subject} got a value of ${String(value).length} characters for label "${label}", which begins with ${valueText(value)}. Label values have at most ${MAX_LABEL_LENGTH}.`;
      case 'undeclared_value': {
        const allowed = [...(this.declaration.labelValues.get(label) ?? [])];
        return `${this.subject} lists the values of label "${label}" as ${quoted(allowed)}, but got ${valueText(value)}.${didYouMean(String(value), allowed)}`;
      }
    }
  }

  #givenNames(labels: readonly ReadLabel[]): string[] {
    return labels.flatMap(({ name, fixed }) => (fixed === undefined ? [name] : []));
  }

  #reportUndeclared(labels: readonly ReadLabel[], given: unknown): void {
    const strangers = keysOf(given).filter((key) => !this.#isDeclared(labels, key));
    if (strangers.length === 0) return;
    this.setting.mistakes.undeclaredLabel(
      this.declaration.name,
      () =>
        `${this.subject} has ${labelList(this.declaration.labelNames)}, but got ${quoted(strangers)} as well. It is recorded without.`,
    );
  }

  #isDeclared(labels: readonly ReadLabel[], key: string): boolean {
    return labels.some(({ name, fixed }) => name === key && fixed === undefined) || this.#isDropped(key);
  }

  /** A label that a filter leaves out is declared all the same. */
  #isDropped(key: string): boolean {
    return this.declaration.droppedLabels.includes(key);
  }

  #overflowMessage(isOwnCap: boolean): string {
    const { maxSeries, total } = this.setting;
    return (
      (isOwnCap
        ? `${this.subject} has reached its ${maxSeries} series`
        : `${this.subject} finds the collector full at ${total.max} series`) +
      '; further ones share the series labelled "__overflow__". Look for a label with unbounded values, or raise ' +
      (isOwnCap ? 'maxSeries.' : 'maxTotalSeries.')
    );
  }
}

function keysOf(given: unknown): string[] {
  try {
    return given !== null && typeof given === 'object' ? Object.keys(given) : [];
  } catch {
    return [];
  }
}

function labelList(names: readonly string[]): string {
  if (names.length === 0) return 'no labels';
  return names.length === 1 ? `label ${quoted(names)}` : `labels ${quoted(names)}`;
}

function quoted(names: readonly string[]): string {
  const some = names.slice(0, 10).map((name) => JSON.stringify(name.slice(0, 60)));
  return some.join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');
}
