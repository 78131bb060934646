import {
  type Exemplar,
  type ExponentialPoint,
  type FamilySnapshot,
  type HistogramSnapshot,
  type PointRange,
  ucumOf,
} from '@sightline/core';
import {
  CUMULATIVE,
  type ExplicitPoint,
  type ExponentialHistogramPoint,
  type NumberPoint,
  type OtlpExemplar,
  type OtlpMetric,
  type QuantilePoint,
  type Temporality,
} from './message.js';

/** Families as they were read, with what a point needs beyond its numbers. */
export interface Reading {
  readonly families: readonly FamilySnapshot[];
  /** Points in all families together. */
  readonly size: number;
  /** Unix time in milliseconds for every point. */
  readonly timeMs: number;
  /** Of counters, histograms and summaries; everything else has running values. */
  readonly temporality: Temporality;
  /** The exponential side of histograms, where there is one, instead of the explicit buckets. */
  readonly prefersExponential: boolean;
  /** Unix time in milliseconds, by point, from which a counter, histogram or summary counts; 0 where unknown. */
  startTimesMs(family: FamilySnapshot): ArrayLike<number>;
  /** Whether a point of a counter, histogram or summary need not be sent, because it would say that nothing happened. */
  isIdle?(family: FamilySnapshot, i: number): boolean;
}

/** Some points of a reading, numbered through its families, as OTLP's metrics; `size` is how many are to be sent. */
export function metricsOf(
  reading: Reading,
  range: PointRange = { from: 0, to: reading.size },
): { readonly metrics: readonly OtlpMetric[]; readonly size: number } {
  const metrics: OtlpMetric[] = [];
  let size = 0;
  let first = 0;
  for (const family of reading.families) {
    const points: number[] = [];
    const end = Math.min(family.size, range.to - first);
    for (let i = Math.max(0, range.from - first); i < end; i++) if (!reading.isIdle?.(family, i)) points.push(i);
    first += family.size;
    if (points.length === 0) continue;
    size += points.length;
    const { name, help, unit } = family;
    for (const data of dataOf(family, points, reading)) {
      metrics.push({ name, description: help, unit: ucumOf(unit), ...data });
    }
  }
  return { metrics, size };
}

type MetricsData = Omit<OtlpMetric, 'name' | 'description' | 'unit'>;

function dataOf(family: FamilySnapshot, points: readonly number[], reading: Reading): readonly MetricsData[] {
  const attributesOf = attributesReader(family);
  const starts = reading.startTimesMs(family);
  const fieldsOf = (i: number, startTimeMs = starts[i] ?? 0) => {
    const timeUnixNano = reading.timeMs;
    const attributes = attributesOf(i);
    // A clock that was set back must not end a point before it starts.
    return startTimeMs > 0
      ? { attributes, startTimeUnixNano: Math.min(startTimeMs, timeUnixNano), timeUnixNano }
      : { attributes, timeUnixNano };
  };
  const aggregationTemporality = reading.temporality;
  switch (family.kind) {
    case 'counter': {
      const dataPoints = points.map((i): NumberPoint => {
        const point = { ...fieldsOf(i), asDouble: family.values[i] ?? 0 };
        const exemplar = family.exemplars?.get(i);
        return exemplar === undefined ? point : { ...point, ...exemplarsOf([exemplar], starts[i] ?? 0) };
      });
      return [{ sum: { dataPoints, aggregationTemporality, isMonotonic: true } }];
    }
    case 'gauge':
      if (!family.isAdditive) {
        const dataPoints = points.map((i) => ({ ...fieldsOf(i, 0), asDouble: family.values[i] ?? 0 }));
        return [{ gauge: { dataPoints } }];
      }
      break;
    case 'info':
      break;
    case 'summary': {
      const dataPoints = points.map((i): QuantilePoint => {
        const { quantiles, quantileValues } = family;
        const quantileValue = (k: number): number => quantileValues[i * quantiles.length + k] ?? Number.NaN;
        return {
          ...fieldsOf(i),
          count: family.counts[i] ?? 0,
          sum: family.sums[i] ?? 0,
          quantileValues: quantiles.map((quantile, k) => ({ quantile, value: quantileValue(k) })),
        };
      });
      return [{ summary: { dataPoints } }];
    }
    case 'histogram':
      return histogramData(family, points, reading, starts, fieldsOf);
  }
  // Running values that may fall: an UpDownCounter, and what the compatibility rules make of an info metric.
  const dataPoints = points.map((i): NumberPoint => {
    const startTimeMs = family.startTimesMs[family.rows[i] ?? 0] ?? 0;
    return { ...fieldsOf(i, startTimeMs), asDouble: family.values[i] ?? 0 };
  });
  return [{ sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: false } }];
}

type FieldsOf = (
  i: number,
  startTimeMs?: number,
) => Pick<ExplicitPoint, 'attributes' | 'startTimeUnixNano' | 'timeUnixNano'>;

/** A family is mostly of one kind; a point whose exponential side is missing is sent with explicit buckets. */
function histogramData(
  family: HistogramSnapshot,
  points: readonly number[],
  reading: Reading,
  starts: ArrayLike<number>,
  fieldsOf: FieldsOf,
): readonly MetricsData[] {
  const aggregationTemporality = reading.temporality;
  const exponential: ExponentialHistogramPoint[] = [];
  const explicit: ExplicitPoint[] = [];
  const width = family.bounds.length + 1;
  for (const i of points) {
    const startMs = starts[i] ?? 0;
    const point = reading.prefersExponential || width === 1 ? family.exponential?.[i] : undefined;
    const inBuckets = (): Array<Exemplar | undefined> =>
      Array.from({ length: width }, (_, k) => family.exemplars?.get(i * width + k));
    const exemplars = family.exemplars === undefined ? {} : exemplarsOf(inBuckets(), startMs);
    if (point !== undefined) {
      // An exponential side that was begun later than the series counts from then on.
      const fields = fieldsOf(i, startMs > 0 ? Math.max(startMs, point.startTimeMs) : point.startTimeMs);
      exponential.push({ ...fields, ...exponentialFields(point, reading.temporality), ...exemplars });
      continue;
    }
    const bucketCounts = Array.from(family.bucketCounts.subarray(i * width, (i + 1) * width));
    const count = bucketCounts.reduce((total, each) => total + each, 0);
    const sum = family.sums[i] ?? 0;
    explicit.push({ ...fieldsOf(i), count, sum, bucketCounts, explicitBounds: family.bounds, ...exemplars });
  }
  return [
    ...(explicit.length === 0 ? [] : [{ histogram: { dataPoints: explicit, aggregationTemporality } }]),
    ...(exponential.length === 0
      ? []
      : [{ exponentialHistogram: { dataPoints: exponential, aggregationTemporality } }]),
  ];
}

function exponentialFields(
  { count, sum, scale, zeroCount, positive, negative, min, max }: ExponentialPoint,
  temporality: Temporality,
) {
  // Extremes do not subtract; a first difference still has them.
  const hasExtremes = temporality === CUMULATIVE && Number.isFinite(min) && Number.isFinite(max);
  return {
    count,
    sum,
    scale,
    zeroCount,
    positive: { offset: positive.offset, bucketCounts: positive.counts },
    negative: { offset: negative.offset, bucketCounts: negative.counts },
    ...(hasExtremes ? { min, max } : {}),
  };
}

/** Attributes are made anew for each point: those of all series together would be too much to keep. */
function attributesReader(family: FamilySnapshot): (i: number) => readonly string[] {
  const { labelNames, labelValues, rows } = family;
  const constant = Object.entries(family.constantLabels).flat();
  return (i) => {
    const attributes = constant.slice();
    const first = (rows[i] ?? 0) * labelNames.length;
    for (let k = 0; k < labelNames.length; k++) attributes.push(labelNames[k] ?? '', labelValues[first + k] ?? '');
    return attributes;
  };
}

/** Those that were recorded in the time that the point is about, and whose ids a receiver can read. */
function exemplarsOf(
  given: ReadonlyArray<Exemplar | undefined>,
  startTimeMs: number,
): { readonly exemplars?: readonly OtlpExemplar[] } {
  const exemplars = given.flatMap((exemplar) => {
    if (exemplar === undefined || exemplar.timeMs < startTimeMs) return [];
    const { value, traceId, spanId, timeMs } = exemplar;
    if (!/^[\da-f]{32}$/i.test(traceId) || !/^[\da-f]{16}$/i.test(spanId)) return [];
    return [{ timeUnixNano: timeMs, asDouble: value, spanId, traceId }];
  });
  return exemplars.length === 0 ? {} : { exemplars };
}
