import type { Exemplar, ExponentialPoint, FamilyColumns, FamilySnapshot } from './family-snapshot.js';

/** One series of a family as an object. For backends in which a few microseconds per series do not matter. */
export type Point =
  | ({ readonly kind: 'counter' | 'gauge' | 'info'; readonly value: number; readonly exemplar?: Exemplar } & PointBase)
  | ({ readonly kind: 'histogram' } & HistogramPoint & PointBase)
  | ({ readonly kind: 'summary' } & SummaryPoint & PointBase);

export interface PointBase {
  /** Without the family's constant labels. */
  readonly labels: Readonly<Record<string, string>>;
  readonly startTimeMs: number;
}

export interface HistogramPoint {
  readonly count: number;
  readonly sum: number;
  readonly bounds: readonly number[];
  /** Not cumulative; one more than `bounds`. */
  readonly bucketCounts: readonly number[];
  readonly exponential: ExponentialPoint | undefined;
}

export interface SummaryPoint {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: ReadonlyArray<{ readonly quantile: number; readonly value: number }>;
}

/** The points of a family in order, one object each. */
export function* pointsOf(family: FamilySnapshot): Generator<Point, void, undefined> {
  for (let i = 0; i < family.size; i++) {
    const labels = labelsOf(family, i);
    const startTimeMs = family.startTimesMs[family.rows[i] ?? 0] ?? 0;
    switch (family.kind) {
      case 'counter':
      case 'gauge':
      case 'info': {
        const exemplar = family.kind === 'counter' ? family.exemplars?.get(i) : undefined;
        yield {
          kind: family.kind,
          labels,
          startTimeMs,
          value: family.values[i] ?? 0,
          ...(exemplar === undefined ? {} : { exemplar }),
        };
        break;
      }
      case 'histogram': {
        const width = family.bounds.length + 1;
        const bucketCounts = Array.from(family.bucketCounts.subarray(i * width, (i + 1) * width));
        yield {
          kind: 'histogram',
          labels,
          startTimeMs,
          bounds: family.bounds,
          bucketCounts,
          count: bucketCounts.reduce((total, count) => total + count, 0),
          sum: family.sums[i] ?? 0,
          exponential: family.exponential?.[i],
        };
        break;
      }
      case 'summary':
        yield {
          kind: 'summary',
          labels,
          startTimeMs,
          count: family.counts[i] ?? 0,
          sum: family.sums[i] ?? 0,
          quantiles: family.quantiles.map((quantile, k) => ({
            quantile,
            value: family.quantileValues[i * family.quantiles.length + k] ?? Number.NaN,
          })),
        };
    }
  }
}

/** The labels of point `i`, without constant labels and without optional labels that it lacks. A new object without prototype, so that any name is allowed. */
export function labelsOf(family: FamilyColumns, i: number): Record<string, string> {
  const labels: Record<string, string> = Object.create(null);
  const first = (family.rows[i] ?? 0) * family.labelNames.length;
  family.labelNames.forEach((name, k) => {
    const value = family.labelValues[first + k] ?? '';
    if (value !== '' || family.optionalLabels?.includes(name) !== true) labels[name] = value;
  });
  return labels;
}

/**
 * How many labels of point `i` a wire that joins values by position shows: all, but without those that the point lacks at the end if labels are
 * discovered. So a series keeps its name there when the metric gets a further label.
 */
export function presentLabels({ labelNames, labelValues, rows, instrumentation }: FamilyColumns, i: number): number {
  let count = labelNames.length;
  if (instrumentation === undefined) return count;
  const first = (rows[i] ?? 0) * count;
  while (count > 0 && (labelValues[first + count - 1] ?? '') === '') count--;
  return count;
}
