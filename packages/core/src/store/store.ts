import type { Clock } from '@sightline/base';
import { DeclarationError } from '@sightline/base';
import type { HistogramNeed } from '../collection/metrics-backend.js';
import type { MetricsSnapshot } from '../collection/metrics-source.js';
import { ExponentialSides } from '../exponential/exponential-sides.js';
import { BoundCounter, LabelledCounter } from '../instruments/counter.js';
import {
  checkDeclaration,
  checkWrittenApart,
  type Declaration,
  describeDeclaration,
} from '../instruments/declaration.js';
import type { MetricFilter } from '../instruments/filters.js';
import { BoundGauge, LabelledGauge } from '../instruments/gauge.js';
import { BoundHistogram, LabelledHistogram } from '../instruments/histogram.js';
import { InfoFamily } from '../instruments/info-family.js';
import type { InfoOptions } from '../instruments/instruments.js';
import type { ReadLabel } from '../instruments/label-reader.js';
import { type NoopInstrument, noopInstrument } from '../instruments/noop-instrument.js';
import { everyWrittenName, type Named, prometheusLabelName } from '../instruments/written-names.js';
import type { ActiveSpan } from '../metrics.js';
import { applyFilters } from './apply-filters.js';
import { ExemplarSlots } from './exemplar-slots.js';
import type { FamilySnapshot } from './family-snapshot.js';
import { Mistakes, type SelfCounter, selfCounters } from './mistakes.js';
import type { FamilySetting, FamilyStorage } from './series-family.js';
import { SeriesFamily } from './series-family.js';
import { CLOCK_STEP_MS, SMALLEST_STEP_MS } from './series-starts.js';

export interface StoreOptions {
  readonly maxSeries: number;
  readonly maxTotalSeries: number;
  readonly defaultLabels: Readonly<Record<string, string>>;
  readonly filters: readonly MetricFilter[];
  readonly isStrict: boolean;
  readonly onStrictError?: ConstructorParameters<typeof Mistakes>[0]['onStrictError'];
  readonly activeSpan: ActiveSpan | undefined;
  readonly clock: Clock;
  readonly log: ConstructorParameters<typeof Mistakes>[0]['log'];
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

/** Where a collector's metrics are kept: declares them, keeps their names apart, and copies their numbers. */
export class Store {
  readonly mistakes: Mistakes;
  readonly #options: StoreOptions;
  readonly #total: FamilySetting['total'];
  readonly #families = new Map<string, SeriesFamily | InfoFamily>();
  /** Under which names each metric appears on any wire, to the metric. */
  readonly #writtenNames = new Map<string, string>();
  readonly #instruments = new Map<string, { readonly description: string; readonly instrument: Instrument }>();
  readonly #endListeners = new Set<(ended: FamilySnapshot) => void>();
  #lastReadMs = Number.NEGATIVE_INFINITY;
  readonly #selfCounters = new Map<SelfCounter, LabelledCounter>();

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#total = { live: 0, max: options.maxTotalSeries };
    // Ours are made when the first thing goes wrong, where a clash could only throw into the service.
    for (const name of Object.keys(selfCounters)) this.#claimNames({ name, kind: 'counter' });
    this.mistakes = new Mistakes({
      isStrict: options.isStrict,
      onStrictError: options.onStrictError,
      log: options.log,
      count: (name, labels) => this.#selfCounter(name).inc(labels),
    });
  }

  /**
   * @param options as the service gave them
   * @param fixed labels of child collectors, which come before the instrument's own
   */
  declare(kind: Declaration['kind'], name: string, options: object, fixed: ReadonlyMap<string, string>): Instrument {
    const declared = withFixedLabels(checkDeclaration(kind, name, options as never), fixed);
    const description = describeDeclaration(declared);
    const key = JSON.stringify([name, ...fixed]);
    const known = this.#instruments.get(key);
    if (known !== undefined) {
      if (known.description !== description) throw conflict(name, known.description, description);
      return known.instrument;
    }
    const filtered = applyFilters(declared, this.#options.filters);
    refuseOurs(filtered?.declaration.name ?? name);
    const instrument = filtered === undefined ? noopInstrument(name) : this.#instrument(declared, filtered, fixed);
    this.#instruments.set(key, { description, instrument });
    return instrument;
  }

  declareInfo(declaredName: string, options: InfoOptions, fixed: ReadonlyMap<string, string>): void {
    const declared = new InfoFamily(
      declaredName,
      options,
      fixed,
      (names) => this.#constantLabels(names),
      this.#options.clock.now(),
    );
    const info = declared.filtered(this.#options.filters);
    if (info === undefined) return;
    const { name } = info;
    const known = this.#families.get(name);
    if (known !== undefined && !(known instanceof InfoFamily)) {
      throw conflict(name, describeDeclaration(known.declaration), '{"kind":"info"}');
    }
    refuseOurs(name);
    if (known === undefined) this.#claimNames({ name, kind: 'info' });
    this.#families.set(name, info);
  }

  /** Copies all numbers. The time of the copy is later than the start of every series, also of one that was made just now. */
  snapshot(need: HistogramNeed): MetricsSnapshot {
    const families: FamilySnapshot[] = [];
    let latestStartMs = 0;
    for (const family of this.#families.values()) {
      const snapshot = family instanceof InfoFamily ? family.snapshot() : snapshotOf(family, need);
      families.push(snapshot);
      latestStartMs = Math.max(latestStartMs, family.latestStartMs);
    }
    const nowMs = this.#options.clock.now();
    const isSoon = latestStartMs - nowMs < CLOCK_STEP_MS;
    const timeMs = isSoon ? Math.max(nowMs, latestStartMs + SMALLEST_STEP_MS) : nowMs;
    this.#lastReadMs = timeMs;
    return { timeMs, families };
  }

  onSeriesEnded(listener: (ended: FamilySnapshot) => void): () => void {
    this.#endListeners.add(listener);
    return () => void this.#endListeners.delete(listener);
  }

  /** Whether a name on the wire is taken by one of our metrics. */
  writes(name: string): boolean {
    return this.#writtenNames.has(name);
  }

  #instrument(
    declared: Declaration,
    { declaration, limitLabels }: NonNullable<ReturnType<typeof applyFilters>>,
    fixed: ReadonlyMap<string, string>,
  ): Instrument {
    const family = this.#family(declaration, {
      mistakes: this.mistakes,
      now: () => this.#options.clock.now(),
      monotonicMs: () => this.#options.clock.monotonicMs(),
      lastReadMs: () => this.#lastReadMs,
      total: this.#total,
      maxSeries: declaration.maxSeries ?? this.#options.maxSeries,
      constantLabels: this.#constantLabels(declaration.labelNames),
      limitLabels,
      ending: (ending, rows) => this.#announceEnd(ending, rows),
    });
    const labels: ReadLabel[] = declaration.labelNames.map((name) => ({
      name,
      fixed: fixed.get(name),
      isOptional: declaration.optionalLabels.includes(name),
    }));
    family.prefill(labels);
    const hasLabels = declared.labelNames.length > fixed.size;
    return newInstrument(declared, family, labels, hasLabels);
  }

  #family(declaration: Declaration, setting: FamilySetting): SeriesFamily {
    const known = this.#families.get(declaration.name);
    if (known !== undefined) {
      const description = describeDeclaration(declaration);
      const knownDescription = known instanceof InfoFamily ? '{"kind":"info"}' : describeDeclaration(known.declaration);
      if (known instanceof InfoFamily || knownDescription !== description) {
        throw conflict(declaration.name, knownDescription, description);
      }
      return known;
    }
    this.#claimNames(declaration);
    const family = new SeriesFamily(declaration, setting, this.#storage(declaration));
    this.#families.set(declaration.name, family);
    return family;
  }

  #storage({ kind, buckets, exponential }: Declaration): FamilyStorage {
    const { activeSpan, clock, histogramNeeds } = this.#options;
    const now = (): number => clock.now();
    const slots = kind === 'histogram' ? buckets.length + 1 : 1;
    const hasSide =
      kind === 'histogram' &&
      (exponential === true || histogramNeeds.some((need) => isShown(exponential, need, buckets)));
    return {
      width: kind === 'histogram' ? slots + 1 : 1,
      exemplars: activeSpan === undefined || kind === 'gauge' ? undefined : new ExemplarSlots(slots, activeSpan, now),
      exponentials: hasSide ? new ExponentialSides() : undefined,
    };
  }

  #constantLabels(labelNames: readonly string[]): Readonly<Record<string, string>> {
    const labels: Record<string, string> = Object.create(null);
    const taken = new Set(labelNames.map(prometheusLabelName));
    for (const [name, value] of Object.entries(this.#options.defaultLabels)) {
      if (!taken.has(prometheusLabelName(name))) labels[name] = value;
    }
    return labels;
  }

  #claimNames(named: Named): void {
    const names = everyWrittenName(named);
    for (const name of names) {
      const owner = this.#writtenNames.get(name);
      if (owner !== undefined && owner !== named.name) {
        throw new DeclarationError(
          `[core] "${named.name}" and "${owner}" would both be written as "${name}" by a backend. Rename one of them.`,
        );
      }
    }
    for (const name of names) this.#writtenNames.set(name, named.name);
  }

  #announceEnd(family: SeriesFamily, rows: Uint32Array): void {
    if (this.#endListeners.size === 0) return;
    const ended = snapshotOf(family, 'quantiles', rows);
    for (const listener of this.#endListeners) {
      try {
        listener(ended);
      } catch (error) {
        const { name } = family.declaration;
        this.mistakes.collectFailed(
          name,
          'error',
          () => `A listener for series of "${name}" that ended threw ${String(error)}.`,
        );
      }
    }
  }

  /** Made when first needed, so that a service without mistakes exports none of them; outside all caps. */
  #selfCounter(name: SelfCounter): LabelledCounter {
    const known = this.#selfCounters.get(name);
    if (known !== undefined) return known;
    const declaration = checkDeclaration('counter', name, { ...selfCounters[name] });
    const { clock } = this.#options;
    const setting: FamilySetting = {
      mistakes: this.mistakes,
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      lastReadMs: () => this.#lastReadMs,
      total: { live: 0, max: Number.POSITIVE_INFINITY },
      maxSeries: 100_000,
      constantLabels: this.#constantLabels(declaration.labelNames),
      limitLabels: new Map(),
      ending: (ending, rows) => this.#announceEnd(ending, rows),
    };
    const family = this.#family(declaration, setting);
    const counter = new LabelledCounter(
      name,
      family,
      declaration.labelNames.map((label) => ({ name: label })),
    );
    this.#selfCounters.set(name, counter);
    return counter;
  }
}

function newInstrument(
  { kind, name }: Declaration,
  family: SeriesFamily,
  labels: ReadLabel[],
  hasLabels: boolean,
): Instrument {
  switch (kind) {
    case 'counter':
      return hasLabels ? new LabelledCounter(name, family, labels) : new BoundCounter(name, family, labels, {});
    case 'gauge':
      return hasLabels ? new LabelledGauge(name, family, labels) : new BoundGauge(name, family, labels, {});
    case 'histogram':
      return hasLabels ? new LabelledHistogram(name, family, labels) : new BoundHistogram(name, family, labels, {});
  }
}

/**
 * Whether who needs this of histograms gets the exponential side. Whoever computes quantiles gets it of every histogram: from
 * explicit buckets they would be invented.
 */
function isShown(exponential: boolean | undefined, need: HistogramNeed, buckets: readonly number[]): boolean {
  switch (need) {
    case 'quantiles':
      return true;
    case 'native':
      return exponential !== false;
    case 'explicit':
      return exponential === true && buckets.length === 0;
  }
}

function snapshotOf(family: SeriesFamily, need: HistogramNeed, only?: Uint32Array): FamilySnapshot {
  const columns = family.columns(only);
  const { slab, exemplars, exponentials, declaration } = family;
  switch (declaration.kind) {
    case 'counter':
      return {
        ...columns,
        kind: 'counter',
        values: slab.copyColumn(columns.rows, 0),
        exemplars: exemplars?.copy(columns.rows),
      };
    case 'gauge':
      return {
        ...columns,
        kind: 'gauge',
        values: slab.copyColumn(columns.rows, 0),
        isAdditive: declaration.isAdditive,
      };
    case 'histogram':
      return {
        ...columns,
        kind: 'histogram',
        bounds: declaration.buckets,
        sums: slab.copyColumn(columns.rows, 0),
        bucketCounts: slab.copyColumns(columns.rows, 1),
        exponential: isShown(declaration.exponential, need, declaration.buckets)
          ? exponentials?.points(columns.rows)
          : undefined,
        exemplars: exemplars?.copy(columns.rows),
      };
  }
}

function withFixedLabels(declaration: Declaration, fixed: ReadonlyMap<string, string>): Declaration {
  if (fixed.size === 0) return declaration;
  const clash = declaration.labelNames.find((name) => fixed.has(name));
  if (clash !== undefined) {
    throw new DeclarationError(
      `[core] "${declaration.name}" has label "${clash}", which its child collector gives to all metrics. Leave it out of labelNames, or use the parent.`,
    );
  }
  const labelNames = [...fixed.keys(), ...declaration.labelNames];
  checkWrittenApart(`"${declaration.name}"`, labelNames);
  return { ...declaration, labelNames };
}

function refuseOurs(name: string): void {
  if (!Object.hasOwn(selfCounters, name)) return;
  throw new DeclarationError(`[core] "${name}" is what Sightline counts its own mistakes in. Choose another name.`);
}

function conflict(name: string, known: string, declared: string): DeclarationError {
  return new DeclarationError(
    `[core] "${name}" is declared already, and differently. Declared: ${known}. Now: ${declared}. Make them equal, or choose another name.`,
  );
}
