import { type Named, seriesKey, seriesText, timeUnitsPerSecond } from '@sightline/core/backend';
import { ConformanceFailure, expectThat } from '../conformance-failure.js';
import type {
  BackendProfile,
  DeclaredFamily,
  ReceivedExponential,
  ReceivedPoint,
  ReceivedWindow,
} from './backend-profile.js';
import { addExponential } from './exponential-sum.js';

type StringLabels = Readonly<Record<string, string>>;

/** What a peer knows after all windows: totals of counters and histograms, the last value of everything else. */
export class ReceivedNumbers {
  readonly windows: readonly ReceivedWindow[];
  readonly #profile: BackendProfile;
  readonly #families: ReadonlyMap<string, DeclaredFamily>;
  readonly #series: ReadonlyMap<string, ReceivedPoint>;

  constructor(profile: BackendProfile, families: readonly DeclaredFamily[], windows: readonly ReceivedWindow[]) {
    this.#profile = profile;
    this.#families = new Map(families.map((family) => [family.name, family]));
    const byWrittenName = new Map(families.map((family) => [this.#writtenName(family), family]));
    this.windows = windows.map((window) => window.map((point) => inDeclaredUnit(point, byWrittenName.get(point.name))));
    this.#series =
      profile.temporality === 'cumulative' ? lastWindow(this.windows) : summed(this.windows, this.#additiveNames());
  }

  /** The series of a declared metric, by its own labels; `undefined` if the peer knows none. */
  point(name: string, labels: StringLabels = {}): ReceivedPoint | undefined {
    const family = this.#family(name);
    return this.#series.get(this.#key(family, { ...family.constantLabels, ...labels }));
  }

  value(name: string, labels: StringLabels = {}): number | undefined {
    return this.point(name, labels)?.value;
  }

  expectValue(name: string, labels: StringLabels, expected: number): void {
    const actual = this.value(name, labels);
    expectThat(actual !== undefined && isClose(actual, expected), () =>
      actual === undefined
        ? `The peer has no value of ${seriesText(name, labels)}, which is ${expected}.${this.#whatThereIs(name)}`
        : `The peer has ${actual} for ${seriesText(name, labels)}, which is ${expected}.`,
    );
  }

  expectNothing(name: string, labels: StringLabels): void {
    const point = this.point(name, labels);
    expectThat(
      point === undefined,
      () => `The peer has ${seriesText(name, labels)}, which should not be there: ${JSON.stringify(point)}.`,
    );
  }

  /** Compares the given numbers. Each of them must be on the wire. */
  expectHistogram(
    name: string,
    labels: StringLabels,
    expected: Pick<ReceivedPoint, 'count' | 'sum' | 'bounds' | 'bucketCounts'>,
  ): void {
    const point = this.point(name, labels);
    if (point === undefined) {
      throw new ConformanceFailure(`The peer has no series ${seriesText(name, labels)}.${this.#whatThereIs(name)}`);
    }
    for (const part of ['count', 'sum', 'bounds', 'bucketCounts'] as const) {
      const [wanted, actual] = [expected[part], point[part]];
      if (wanted === undefined) continue;
      expectThat(actual !== undefined && isEqual(actual, wanted), () =>
        actual === undefined
          ? `The peer has no ${part} of ${seriesText(name, labels)}, which is ${wanted}.`
          : `The peer has ${part} ${actual} for ${seriesText(name, labels)}, which is ${wanted}.`,
      );
    }
  }

  /** Every series that the peer knows of a declared metric. */
  pointsOf(name: string): readonly ReceivedPoint[] {
    const written = this.#writtenName(this.#family(name));
    return [...this.#series.values()].filter((point) => point.name === written);
  }

  #family(name: string): DeclaredFamily {
    const family = this.#families.get(name);
    if (family === undefined) throw new Error(`[conformance] The case asks for "${name}", which it did not declare.`);
    return family;
  }

  #writtenName(named: Named): string {
    return this.#profile.nameOf?.(named) ?? named.name;
  }

  #key(family: Named, labels: StringLabels): string {
    const labelNameOf = this.#profile.labelNameOf ?? ((name: string) => name);
    const written: Record<string, string> = Object.create(null);
    for (const [name, value] of Object.entries(labels)) written[labelNameOf(name)] = value;
    return seriesKey(this.#writtenName(family), written);
  }

  /** Written names of metrics whose windows add up. */
  #additiveNames(): ReadonlySet<string> {
    const additive = [...this.#families.values()].filter(({ kind }) => kind !== 'gauge' && kind !== 'info');
    return new Set(additive.map((family) => this.#writtenName(family)));
  }

  #whatThereIs(name: string): string {
    const written = this.#writtenName(this.#family(name));
    const there = this.pointsOf(name).map((point) => seriesText(point.name, point.labels));
    if (there.length > 0) return ` It has ${there.slice(0, 5).join(', ').slice(0, 500)}.`;
    const names = [...new Set([...this.#series.values()].map((point) => point.name))];
    return ` It has nothing named ${written}, but ${names.slice(0, 10).join(', ') || 'nothing at all'}.`;
  }
}

/** Converts a point from the unit that the wire states to that of its metric. */
function inDeclaredUnit(point: ReceivedPoint, family: DeclaredFamily | undefined): ReceivedPoint {
  if (point.unit === undefined || family === undefined) return point;
  const [stated, declared] = [timeUnitsPerSecond({ name: '', unit: point.unit }), timeUnitsPerSecond(family)];
  if (stated === undefined || declared === undefined) return point;
  const convert = (value: number): number => (value / stated) * declared;
  return {
    ...point,
    sum: point.sum === undefined ? undefined : convert(point.sum),
    bounds: point.bounds?.map(convert),
    quantiles: point.quantiles?.map(({ quantile, value }) => ({ quantile, value: convert(value) })),
  };
}

export function isClose(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-3);
}

function isEqual(actual: number | readonly number[], wanted: number | readonly number[]): boolean {
  if (typeof actual === 'number') return typeof wanted === 'number' && isClose(actual, wanted);
  return (
    typeof wanted !== 'number' &&
    actual.length === wanted.length &&
    actual.every((each, i) => isClose(each, wanted[i] ?? Number.NaN))
  );
}

function lastWindow(windows: readonly ReceivedWindow[]): Map<string, ReceivedPoint> {
  const series = new Map<string, ReceivedPoint>();
  for (const point of windows.at(-1) ?? []) {
    const key = seriesKey(point.name, point.labels);
    expectThat(!series.has(key), () => `The peer got ${seriesText(point.name, point.labels)} twice in one window.`);
    series.set(key, point);
  }
  return series;
}

function summed(windows: readonly ReceivedWindow[], additiveNames: ReadonlySet<string>): Map<string, ReceivedPoint> {
  const series = new Map<string, ReceivedPoint>();
  for (const point of windows.flat()) {
    const key = seriesKey(point.name, point.labels);
    const earlier = series.get(key);
    series.set(key, earlier === undefined || !additiveNames.has(point.name) ? point : add(earlier, point));
  }
  return series;
}

function add(earlier: ReceivedPoint, point: ReceivedPoint): ReceivedPoint {
  return {
    ...point,
    value: sum(earlier.value, point.value),
    count: sum(earlier.count, point.count),
    sum: sum(earlier.sum, point.sum),
    bucketCounts: sumEach(earlier.bucketCounts, point.bucketCounts),
    quantiles: point.quantiles ?? earlier.quantiles,
    exponential: sumExponential(earlier.exponential, point.exponential),
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a + b;
}

function sumEach(a: readonly number[] | undefined, b: readonly number[] | undefined): readonly number[] | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a.map((count, i) => count + (b[i] ?? 0));
}

function sumExponential(
  a: ReceivedExponential | undefined,
  b: ReceivedExponential | undefined,
): ReceivedExponential | undefined {
  return a === undefined || b === undefined ? (a ?? b) : addExponential(a, b);
}
