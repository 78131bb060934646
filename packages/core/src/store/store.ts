import { type Clock, errorText } from '@sightline/base';
import type { HistogramNeed } from '../collection/metrics-backend.js';
import type { MetricsSnapshot } from '../collection/metrics-source.js';
import { BoundCounter, LabelledCounter } from '../instruments/counter.js';
import { checkDeclaration, type Declaration, describeDeclaration } from '../instruments/declaration.js';
import type { MetricFilter } from '../instruments/filters.js';
import { BoundGauge, LabelledGauge } from '../instruments/gauge.js';
import { BoundHistogram, LabelledHistogram } from '../instruments/histogram.js';
import { infoFamily } from '../instruments/info-family.js';
import type { InfoOptions } from '../instruments/instruments.js';
import type { ReadLabel } from '../instruments/label-reader.js';
import { type NoopInstrument, noopInstrument } from '../instruments/noop-instrument.js';
import { refuse } from '../instruments/option-checks.js';
import { everyWrittenName, type Named, prometheusLabelName } from '../instruments/written-names.js';
import type { ActiveSpan } from '../metrics.js';
import { applyFilters, type FilteredDeclaration } from './apply-filters.js';
import {
  checkNotReserved,
  Diagnostics,
  type DiagnosticsOptions,
  type SelfCounter,
  selfCounters,
} from './diagnostics.js';
import { snapshotOf } from './family-copy.js';
import type { FamilySnapshot, InfoSnapshot } from './family-snapshot.js';
import type { FamilySetting } from './series-family.js';
import { SeriesFamily } from './series-family.js';
import { CLOCK_STEP_MS, SMALLEST_STEP_MS } from './series-start-times.js';

export interface StoreOptions extends Omit<DiagnosticsOptions, 'count'> {
  readonly maxSeries: number;
  readonly maxTotalSeries: number;
  readonly defaultLabels: ReadonlyMap<string, string>;
  readonly filters: readonly MetricFilter[];
  readonly activeSpan?: ActiveSpan | undefined;
  readonly clock: Clock;
  readonly histogramNeeds: readonly HistogramNeed[];
}

/** An instrument of any kind. */
export type Instrument =
  | BoundCounter
  | BoundGauge
  | BoundHistogram
  | LabelledCounter
  | LabelledGauge
  | LabelledHistogram
  | NoopInstrument;

/** Keeps a collector's metrics: declares them, checks that their names do not clash, and copies their numbers. */
export class Store {
  readonly diagnostics: Diagnostics;
  readonly options: StoreOptions;
  readonly #total: FamilySetting['total'];
  readonly families: Map<string, Family> = new Map();
  /** Every name that a metric has on any wire, with the metric. */
  readonly writtenNames: Map<string, string> = new Map();
  readonly #instruments = new Map<string, { readonly description: string; readonly instrument: Instrument }>();
  readonly #endListeners = new Set<(ended: FamilySnapshot) => void>();
  #lastReadMs = 0;
  readonly #selfCounters = new Map<SelfCounter, LabelledCounter>();

  constructor(options: StoreOptions) {
    this.options = options;
    this.#total = { live: 0, max: options.maxTotalSeries };
    // Our own counters are made when something goes wrong. A clash would then throw into the service, so claim the names now.
    for (const name of Object.keys(selfCounters)) this.#claimNames({ name, kind: 'counter' });
    this.diagnostics = new Diagnostics({
      ...options,
      count: (name, labels) => this.#selfCounter(name, labels).inc(labels),
    });
  }

  /**
   * @param options as the service gave them
   * @param fixed labels of child collectors; they precede the instrument's own
   */
  declare(kind: Declaration['kind'], name: string, options: object, fixed: ReadonlyMap<string, string>): Instrument {
    const declared = checkDeclaration(kind, name, options as never, fixed.keys());
    const description = describeDeclaration(declared);
    const key = JSON.stringify([name, ...fixed]);
    const known = this.#instruments.get(key);
    if (known !== undefined) {
      checkAlike(name, known.description, description);
      return known.instrument;
    }
    const filtered = applyFilters(declared, this.options.filters);
    checkNotReserved(filtered?.declaration.name ?? name);
    const instrument = filtered === undefined ? noopInstrument(name) : this.#instrument(declared, filtered, fixed);
    this.#instruments.set(key, { description, instrument });
    return instrument;
  }

  declareInfo(declaredName: string, options: InfoOptions, fixed: ReadonlyMap<string, string>): void {
    const { filters, clock } = this.options;
    const constantLabels = (names: readonly string[]) => this.#constantLabels(names);
    const info = infoFamily(declaredName, options, { fixed, filters, constantLabels, nowMs: clock.now() });
    if (info === undefined) return;
    checkNotReserved(info.name);
    if (this.#kept(info.name, descriptionOf(info)) === undefined) this.#claimNames(info);
    this.families.set(info.name, info);
  }

  /** Copies all numbers. The time of the copy is later than the start of every series, new ones included. */
  snapshot(need: HistogramNeed): MetricsSnapshot {
    const families: FamilySnapshot[] = [];
    let latestStartMs = 0;
    for (const family of this.families.values()) {
      const startMs = isInfo(family) ? (family.startTimesMs[0] as number) : family.rows.latestStartMs;
      latestStartMs = Math.max(latestStartMs, startMs);
      families.push(isInfo(family) ? family : snapshotOf(family, need));
    }
    const nowMs = this.options.clock.now();
    const isSoon = latestStartMs - nowMs < CLOCK_STEP_MS;
    const timeMs = isSoon ? Math.max(nowMs, latestStartMs + SMALLEST_STEP_MS) : nowMs;
    this.#lastReadMs = timeMs;
    return { timeMs, families };
  }

  onSeriesEnded(listener: (ended: FamilySnapshot) => void): () => void {
    this.#endListeners.add(listener);
    return () => void this.#endListeners.delete(listener);
  }

  #instrument(
    declared: Declaration,
    { declaration, limitLabels }: FilteredDeclaration,
    fixed: ReadonlyMap<string, string>,
  ): Instrument {
    const family = this.family(declaration, this.setting(declaration, limitLabels));
    const labels: ReadLabel[] = declaration.labelNames.map((name) => ({
      name,
      fixed: fixed.get(name),
      isOptional: declaration.optionalLabels.includes(name),
    }));
    family.prefill(labels);
    const { kind, name, labelNames } = declared;
    return labelNames.length > fixed.size
      ? new labelledClasses[kind](name, family, labels)
      : new boundClasses[kind](name, family, labels, {});
  }

  setting(declaration: Declaration, limitLabels: FamilySetting['limitLabels']): FamilySetting {
    return {
      ...this.options,
      diagnostics: this.diagnostics,
      lastReadMs: () => this.#lastReadMs,
      total: this.#total,
      maxSeries: declaration.maxSeries ?? this.options.maxSeries,
      constantLabels: this.#constantLabels(declaration.labelNames),
      limitLabels,
      ending: (ending, rows) => this.#announceEnd(ending, rows),
    };
  }

  family(declaration: Declaration, setting: FamilySetting): SeriesFamily {
    const known = this.#kept(declaration.name, describeDeclaration(declaration));
    if (known !== undefined) return known as SeriesFamily; // an info is described in another way
    this.#claimNames(declaration);
    const family = new SeriesFamily(declaration, setting);
    this.families.set(declaration.name, family);
    return family;
  }

  /** The metric of this name that a service declared, in the same way. One that was discovered gives way. */
  #kept(name: string, description: string): Family | undefined {
    const known = this.families.get(name);
    if (known === undefined || known.giveWay !== undefined) return undefined;
    checkAlike(name, descriptionOf(known), description);
    return known;
  }

  #constantLabels(labelNames: readonly string[]): Readonly<Record<string, string>> {
    const labels: Record<string, string> = Object.create(null);
    const taken = labelNames.map(prometheusLabelName);
    for (const [name, value] of this.options.defaultLabels) {
      if (!taken.includes(prometheusLabelName(name))) labels[name] = value;
    }
    return labels;
  }

  #claimNames(named: Named): void {
    const names = everyWrittenName(named);
    for (const name of names) {
      const owner = this.writtenNames.get(name);
      const giveWay = named.instrumentation === undefined ? this.families.get(owner ?? '')?.giveWay : undefined;
      if (giveWay !== undefined) giveWay();
      else if (owner !== undefined && owner !== named.name) {
        refuse(`"${named.name}" and "${owner}" are both written as "${name}" by a backend. Rename one.`);
      }
    }
    for (const name of names) this.writtenNames.set(name, named.name);
  }

  #announceEnd(family: SeriesFamily, rows: Uint32Array): void {
    if (this.#endListeners.size === 0) return;
    const ended = snapshotOf(family, 'quantiles', rows);
    for (const listener of this.#endListeners) {
      try {
        listener(ended);
      } catch (error) {
        const { name } = family.declaration;
        this.diagnostics.notCollected(
          name,
          'error',
          () => `A listener for ended series of "${name}" threw ${errorText(error)}.`,
        );
      }
    }
  }

  /** Made when first needed, so that a service without failures exports none of them. No cap applies. */
  #selfCounter(name: SelfCounter, labels: object): LabelledCounter {
    const known = this.#selfCounters.get(name);
    if (known !== undefined) return known;
    const labelNames = Object.keys(labels);
    const declaration = checkDeclaration('counter', name, { help: selfCounters[name], labelNames });
    const setting: FamilySetting = {
      ...this.setting(declaration, new Map()),
      total: { live: 0, max: Number.POSITIVE_INFINITY },
      maxSeries: 100_000,
    };
    const family = this.family(declaration, setting);
    const counter = new LabelledCounter(
      name,
      family,
      labelNames.map((label) => ({ name: label })),
    );
    this.#selfCounters.set(name, counter);
    return counter;
  }
}

/** An info is never discovered. */
type Family = SeriesFamily | (InfoSnapshot & { readonly giveWay?: undefined });

function isInfo(family: Family): family is Extract<Family, InfoSnapshot> {
  return 'kind' in family;
}

function descriptionOf(family: Family): string {
  return isInfo(family) ? '{"kind":"info"}' : describeDeclaration(family.declaration);
}

const labelledClasses = { counter: LabelledCounter, gauge: LabelledGauge, histogram: LabelledHistogram };
const boundClasses = { counter: BoundCounter, gauge: BoundGauge, histogram: BoundHistogram };

function checkAlike(name: string, known: string, declared: string): void {
  if (known === declared) return;
  refuse(
    `"${name}" is already declared with other options: ${known}, now ${declared}. Make them equal, or rename one.`,
  );
}
