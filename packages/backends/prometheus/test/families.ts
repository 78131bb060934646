import type {
  CounterSnapshot,
  ExponentialPoint,
  FamilyColumns,
  FamilySnapshot,
  GaugeSnapshot,
  HistogramSnapshot,
  InfoSnapshot,
  SummarySnapshot,
} from '@sightline/core/backend';
import type { ExpositionFormat } from '../src/exposition-format.js';
import type { ExpositionOptions } from '../src/exposition-options.js';
import { expositionChunks } from '../src/render-exposition.js';

/** Labels of each series; every series has the same names. */
export type LabelRows = ReadonlyArray<Readonly<Record<string, string>>>;

type Given = Partial<Pick<FamilyColumns, 'help' | 'unit' | 'constantLabels' | 'origin' | 'startTimesMs'>>;

export function counter(
  name: string,
  rows: LabelRows,
  values: readonly number[],
  given: Given & Pick<CounterSnapshot, 'exemplars'> = {},
): CounterSnapshot {
  return {
    kind: 'counter',
    ...columns(name, rows, given),
    values: Float64Array.from(values),
    exemplars: given.exemplars,
  };
}

export function gauge(name: string, rows: LabelRows, values: readonly number[], given: Given = {}): GaugeSnapshot {
  return { kind: 'gauge', ...columns(name, rows, given), values: Float64Array.from(values), isAdditive: false };
}

export function info(name: string, labels: Readonly<Record<string, string>>, given: Given = {}): InfoSnapshot {
  return { kind: 'info', ...columns(name, [labels], given), values: Float64Array.of(1) };
}

export function histogram(
  name: string,
  rows: LabelRows,
  {
    bounds,
    counts,
    sums,
    ...given
  }: Given &
    Pick<HistogramSnapshot, 'bounds' | 'exemplars'> & {
      counts: ReadonlyArray<readonly number[]>;
      sums: readonly number[];
      exponential?: readonly ExponentialPoint[];
    },
): HistogramSnapshot {
  return {
    kind: 'histogram',
    ...columns(name, rows, given),
    bounds,
    bucketCounts: Float64Array.from(counts.flat()),
    sums: Float64Array.from(sums),
    exemplars: given.exemplars,
    exponential: given.exponential,
  };
}

export function summary(
  name: string,
  rows: LabelRows,
  {
    quantiles,
    values,
    sums,
    counts,
  }: {
    quantiles: readonly number[];
    values: ReadonlyArray<readonly number[]>;
    sums: readonly number[];
    counts: readonly number[];
  },
): SummarySnapshot {
  return {
    kind: 'summary',
    ...columns(name, rows, { origin: 'external' }),
    quantiles,
    quantileValues: Float64Array.from(values.flat()),
    sums: Float64Array.from(sums),
    counts: Float64Array.from(counts),
  };
}

/** An exponential histogram of positive values that fall on the given buckets. */
export function exponentialPoint(
  scale: number,
  offset: number,
  counts: readonly number[],
  zeroCount = 0,
): ExponentialPoint {
  return {
    scale,
    count: counts.reduce((total, count) => total + count, zeroCount),
    sum: 0,
    min: Number.NaN,
    max: Number.NaN,
    zeroCount,
    positive: { offset, counts },
    negative: { offset: 0, counts: [] },
    startTimeMs: 0,
  };
}

export function page(
  format: ExpositionFormat,
  families: readonly FamilySnapshot[],
  options: Partial<ExpositionOptions> = {},
): string {
  return Buffer.concat([...expositionChunks(families, { format, createdTimestamps: false, ...options })]).toString();
}

function columns(name: string, rows: LabelRows, given: Given): FamilyColumns {
  const labelNames = Object.keys(rows[0] ?? {});
  return {
    name,
    help: given.help ?? '',
    unit: given.unit,
    labelNames,
    constantLabels: given.constantLabels ?? {},
    size: rows.length,
    // Backwards, so that nothing works by taking a point for its row.
    rows: Uint32Array.from(rows.keys(), (i) => rows.length - 1 - i),
    labelValues: [...rows].reverse().flatMap((labels) => labelNames.map((label) => labels[label] ?? '')),
    startTimesMs: Float64Array.from([...(given.startTimesMs ?? rows.map(() => 0))].reverse()),
    origin: given.origin ?? 'own',
  };
}
