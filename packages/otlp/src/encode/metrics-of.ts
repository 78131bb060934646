import type {
  Exemplar,
  ExponentialPoint,
  FamilySnapshot,
  HistogramSnapshot,
  PointRange,
  SummarySnapshot,
} from '@sightline/core/backend';
import {
  CUMULATIVE,
  type ExplicitPoint,
  type ExponentialHistogramPoint,
  type NumberPoint,
  type OtlpExemplar,
  type OtlpMetric,
  type PointAttributes,
  type QuantilePoint,
  type Temporality,
} from './message.js';
import {
  eachFamily,
  exponentialStartMs,
  integerOr,
  isGauge,
  isSentExemplar,
  pointStartMs,
  type Reading,
  sendsExtremes,
  sentExponential,
  sentUnit,
} from './metric-points.js';

/** A range of points, numbered across the families, as objects of OTLP metrics. `size` is how many of them are sent. */
export function metricsOf(
  reading: Reading,
  range: PointRange = { from: 0, to: reading.size },
  isWanted?: (family: FamilySnapshot) => boolean,
): { readonly metrics: readonly OtlpMetric[]; readonly size: number } {
  const metrics: OtlpMetric[] = [];
  const size = eachFamily(
    reading,
    range,
    (family, points) => {
      const { name, help } = family;
      for (const data of dataOf(family, points, reading)) {
        metrics.push({ name, description: help, unit: sentUnit(family), ...data });
      }
    },
    isWanted,
  );
  return { metrics, size };
}

type MetricsData = Omit<OtlpMetric, 'name' | 'description' | 'unit'>;

function dataOf(family: FamilySnapshot, points: readonly number[], reading: Reading): readonly MetricsData[] {
  const starts = reading.startTimesMs(family);
  const fieldsOf = pointFieldsReader(family, reading.timeMs);
  const aggregationTemporality = reading.temporality;
  switch (family.kind) {
    case 'counter': {
      const { values, exemplars } = family;
      const dataPoints = points.map((i) => {
        const startMs = starts[i] ?? 0;
        const exemplar = exemplars?.get(i);
        const sent = exemplar === undefined ? undefined : exemplarsOf([exemplar], startMs);
        return numberPoint(fieldsOf(i, startMs), values[i] ?? 0, sent);
      });
      return [{ sum: { dataPoints, aggregationTemporality, isMonotonic: true } }];
    }
    case 'summary':
      return [{ summary: { dataPoints: summaryPoints(family, points, starts, fieldsOf) } }];
    case 'histogram':
      return histogramData(family, points, reading, starts, fieldsOf);
    case 'gauge':
    case 'info': {
      const { values, startTimesMs, rows } = family;
      if (isGauge(family)) {
        return [{ gauge: { dataPoints: points.map((i) => numberPoint(fieldsOf(i, 0), values[i] ?? 0, undefined)) } }];
      }
      // Values that may fall: an UpDownCounter, and an info metric by the compatibility rules.
      const dataPoints = points.map((i) =>
        numberPoint(fieldsOf(i, startTimesMs[rows[i] ?? 0] ?? 0), values[i] ?? 0, undefined),
      );
      return [{ sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: false } }];
    }
  }
}

type PointFields = Pick<NumberPoint, 'attributes' | 'startTimeUnixNano' | 'timeUnixNano'>;

/** @param startTimeMs 0 if unknown */
type FieldsOf = (i: number, startTimeMs: number) => PointFields;

// One literal per point: an object spread costs more than the rest of a point.
function pointFieldsReader(family: FamilySnapshot, timeMs: number): FieldsOf {
  const attributesOf = attributesReader(family);
  return (i, startTimeMs) => ({
    attributes: attributesOf(i),
    startTimeUnixNano: pointStartMs(startTimeMs, timeMs) || undefined,
    timeUnixNano: timeMs,
  });
}

function numberPoint(
  { attributes, startTimeUnixNano, timeUnixNano }: PointFields,
  asDouble: number,
  exemplars: NumberPoint['exemplars'],
): NumberPoint {
  return { attributes, startTimeUnixNano, timeUnixNano, asDouble, exemplars };
}

function summaryPoints(
  { quantiles, quantileValues, counts, sums }: SummarySnapshot,
  points: readonly number[],
  starts: ArrayLike<number>,
  fieldsOf: FieldsOf,
): QuantilePoint[] {
  return points.map((i) => ({
    ...fieldsOf(i, starts[i] ?? 0),
    count: counts[i] ?? 0,
    sum: sums[i] ?? 0,
    quantileValues: quantiles.map((quantile, k) => ({
      quantile,
      value: quantileValues[i * quantiles.length + k] ?? Number.NaN,
    })),
  }));
}

/** Splits a histogram: points without exponential buckets are sent with explicit ones. */
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
  for (const i of points) {
    const startMs = starts[i] ?? 0;
    const exemplars = family.exemplars === undefined ? undefined : exemplarsOf(bucketExemplars(family, i), startMs);
    const point = sentExponential(family, i, reading);
    if (point === undefined) {
      explicit.push(explicitPoint(family, i, fieldsOf(i, startMs), exemplars));
    } else {
      const fields = fieldsOf(i, exponentialStartMs(point, startMs));
      exponential.push({ ...fields, ...exponentialFields(point, reading.temporality), exemplars });
    }
  }
  return [
    ...(explicit.length === 0 ? [] : [{ histogram: { dataPoints: explicit, aggregationTemporality } }]),
    ...(exponential.length === 0
      ? []
      : [{ exponentialHistogram: { dataPoints: exponential, aggregationTemporality } }]),
  ];
}

function explicitPoint(
  { bounds, bucketCounts: counts, sums }: HistogramSnapshot,
  i: number,
  { attributes, startTimeUnixNano, timeUnixNano }: PointFields,
  exemplars: ExplicitPoint['exemplars'],
): ExplicitPoint {
  const width = bounds.length + 1;
  const bucketCounts = new Array<number>(width);
  let count = 0;
  for (let k = 0; k < width; k++) {
    const inBucket = counts[i * width + k] ?? 0;
    bucketCounts[k] = inBucket;
    count += inBucket;
  }
  const sum = sums[i] ?? 0;
  return { attributes, startTimeUnixNano, timeUnixNano, count, sum, bucketCounts, explicitBounds: bounds, exemplars };
}

function bucketExemplars({ bounds, exemplars }: HistogramSnapshot, i: number): Array<Exemplar | undefined> {
  const width = bounds.length + 1;
  return Array.from({ length: width }, (_, k) => exemplars?.get(i * width + k));
}

function exponentialFields(
  { count, sum, scale, zeroCount, positive, negative, min, max }: ExponentialPoint,
  temporality: Temporality,
) {
  const hasExtremes = sendsExtremes(min, max, temporality);
  return {
    count,
    sum,
    scale,
    zeroCount,
    positive: { offset: positive.offset, bucketCounts: positive.counts },
    negative: { offset: negative.offset, bucketCounts: negative.counts },
    min: hasExtremes ? min : undefined,
    max: hasExtremes ? max : undefined,
  };
}

/** Makes the attributes of each point when it is written: keeping them for all series would take too much memory. */
function attributesReader(family: FamilySnapshot): (i: number) => PointAttributes {
  const { labelNames, labelValues, rows, optionalLabels = [], integerLabels = [] } = family;
  if (optionalLabels.length + integerLabels.length > 0) return mixedAttributesReader(family);
  const constant = Object.entries(family.constantLabels).flat();
  const own = constant.length;
  const width = labelNames.length;
  return (i) => {
    const attributes = new Array<string>(own + 2 * width);
    for (let k = 0; k < own; k++) attributes[k] = constant[k] ?? '';
    const first = (rows[i] ?? 0) * width;
    for (let k = 0; k < width; k++) {
      attributes[own + 2 * k] = labelNames[k] ?? '';
      attributes[own + 2 * k + 1] = labelValues[first + k] ?? '';
    }
    return attributes;
  };
}

/** For families with optional or integer labels. */
function mixedAttributesReader(family: FamilySnapshot): (i: number) => PointAttributes {
  const { labelNames, labelValues, rows, optionalLabels, integerLabels } = family;
  const constant = Object.entries(family.constantLabels).flat();
  const isOptional = labelNames.map((name) => optionalLabels?.includes(name) === true);
  const isInteger = labelNames.map((name) => integerLabels?.includes(name) === true);
  return (i) => {
    const attributes: Array<string | number> = constant.slice();
    const first = (rows[i] ?? 0) * labelNames.length;
    for (const [k, name] of labelNames.entries()) {
      const text = labelValues[first + k] ?? '';
      if (text === '' && isOptional[k] === true) continue;
      attributes.push(name, isInteger[k] === true ? integerOr(text) : text);
    }
    return attributes;
  };
}

/** The exemplars to send, as objects of OTLP. */
function exemplarsOf(
  given: ReadonlyArray<Exemplar | undefined>,
  startTimeMs: number,
): readonly OtlpExemplar[] | undefined {
  const exemplars = given.flatMap((exemplar) => {
    if (exemplar === undefined || !isSentExemplar(exemplar, startTimeMs)) return [];
    const { value, traceId, spanId, timeMs } = exemplar;
    return [{ timeUnixNano: timeMs, asDouble: value, spanId, traceId }];
  });
  return exemplars.length === 0 ? undefined : exemplars;
}
