import { inspect } from 'node:util';
import { didYouMean, editDistance } from '@sightline/base';
import type { LabelValue } from '@sightline/core';
import type { FamilyKind, FamilySnapshot, MetricsSource } from '@sightline/core/backend';
import { pointsOf } from '@sightline/core/backend';

/** Labels of a query: all labels of one series, or fewer for every series with these. */
export type LabelQuery = Readonly<Record<string, LabelValue>>;

/** What a collector holds at one moment, for queries. */
export interface Reading {
  readonly families: ReadonlyMap<string, FamilyReading>;
  /** How many observations were made before it, of all histograms together. */
  readonly observedSoFar: number;
}

export interface FamilyReading {
  readonly name: string;
  readonly kind: FamilyKind;
  readonly unit: string | undefined;
  readonly help: string;
  /** Names of constant labels are among them. */
  readonly labelNames: readonly string[];
  readonly series: readonly SeriesReading[];
}

/** One series of a metric. */
export interface SeriesReading {
  /** Default labels are among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Number of the series among those with these labels: after `remove`, `clear` or `reset` the next one has a higher number. */
  readonly life: number;
  /** The value of a counter, gauge or info; the count of a histogram or summary. */
  readonly value: number;
  /** Of a histogram or summary: the sum of its observations. */
  readonly sum: number | undefined;
  /** Of a histogram: upper bounds, and observations per bucket: not cumulative, one more than bounds. */
  readonly bounds: readonly number[] | undefined;
  readonly bucketCounts: readonly number[] | undefined;
  /** Of a histogram made by `createTestMetrics()`: the values themselves, in order. `undefined` if they are not known. */
  readonly observations: readonly Observation[] | undefined;
}

export interface Observation {
  readonly value: number;
  /** Its place among all observations of the collector. */
  readonly index: number;
}

/** What only `createTestMetrics()` knows about a series. */
export interface SeriesHistory {
  readonly observedSoFar: number;
  lifeOf(name: string, labels: Readonly<Record<string, string>>): number;
  observationsOf(name: string, labels: Readonly<Record<string, string>>): readonly Observation[];
}

/** Reads a collector as it is now, without running its callbacks. */
export function readSource(source: MetricsSource, history?: SeriesHistory): Reading {
  const families = source.snapshot().families.map((family) => readFamily(family, history));
  return {
    families: new Map(families.map((family) => [family.name, family])),
    observedSoFar: history?.observedSoFar ?? 0,
  };
}

function readFamily(family: FamilySnapshot, history: SeriesHistory | undefined): FamilyReading {
  const { name, kind, unit, help } = family;
  const series: SeriesReading[] = [];
  for (const point of pointsOf(family)) {
    const labels: Record<string, string> = Object.assign(Object.create(null), family.constantLabels, point.labels);
    const isDistribution = point.kind === 'histogram' || point.kind === 'summary';
    series.push({
      labels,
      life: history?.lifeOf(name, labels) ?? 0,
      value: isDistribution ? point.count : point.value,
      sum: isDistribution ? point.sum : undefined,
      bounds: point.kind === 'histogram' ? point.bounds : undefined,
      bucketCounts: point.kind === 'histogram' ? point.bucketCounts : undefined,
      observations:
        point.kind === 'histogram' ? allOrNone(history?.observationsOf(name, labels), point.count) : undefined,
    });
  }
  return { name, kind, unit, help, series, labelNames: [...Object.keys(family.constantLabels), ...family.labelNames] };
}

/** A filter may have moved values to another series. An incomplete list is worse than none. */
function allOrNone(
  observations: readonly Observation[] | undefined,
  count: number,
): readonly Observation[] | undefined {
  return observations?.length === count ? observations : undefined;
}

/** The family of this name. Throws for an undeclared name: with a misspelt one every test of absence would pass. */
export function familyOf(reading: Reading, name: string): FamilyReading {
  const family = reading.families.get(name);
  if (family !== undefined) return family;
  const names = [...reading.families.keys()];
  const hint = didYouMean(name, names) || ` Declared: ${names.length === 0 ? 'nothing yet' : names.join(', ')}.`;
  throw new Error(`[testing] No metric "${name}" is declared.${hint}`);
}

/** The series with all of `labels`. Throws for an undeclared label and for an impossible value. */
export function seriesWith(family: FamilyReading, labels: LabelQuery = {}): readonly SeriesReading[] {
  if (typeof labels !== 'object' || labels === null) {
    throw new TypeError(
      `[testing] Labels of "${family.name}" are passed as { name: value }, but got ${inspect(labels)}. Omit them for all series.`,
    );
  }
  const wanted = Object.entries(labels);
  for (const [label, value] of wanted) {
    if (family.labelNames.includes(label)) {
      if (isLabelValue(value)) continue;
      throw new TypeError(
        `[testing] Label "${label}" of "${family.name}" is compared with a string, number or boolean, but got ${inspect(value)}. Omit it for all values.`,
      );
    }
    const has = family.labelNames.length === 0 ? 'no labels' : `labels ${family.labelNames.map(quoted).join(', ')}`;
    throw new Error(
      `[testing] ${nameOfKind(family.kind)} "${family.name}" has ${has}, but got "${label}".${didYouMean(label, family.labelNames)}`,
    );
  }
  return family.series.filter((series) =>
    wanted.every(([label, value]) => (series.labels[label] ?? '') === String(value)),
  );
}

function isLabelValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** All series of the family, most similar labels first. */
export function nearestSeries(family: FamilyReading, labels: LabelQuery): readonly SeriesReading[] {
  const distance = (series: SeriesReading): number =>
    Object.entries(labels).reduce(
      (sum, [label, value]) =>
        sum + editDistance(String(value).slice(0, 200), (series.labels[label] ?? '').slice(0, 200)),
      0,
    );
  return family.series
    .map((series) => ({ series, distance: distance(series) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ series }) => series);
}

export function nameOfKind(kind: FamilyKind): string {
  return `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
}

function quoted(text: string): string {
  return `"${text}"`;
}
