import type { DecodeState } from './decode-limits.js';
import type {
  DecodedBuckets,
  DecodedExemplar,
  DecodedExponentialPoint,
  DecodedHistogramPoint,
  DecodedMetric,
  DecodedMetricHead,
  DecodedNumberPoint,
  DecodedPoint,
  DecodedSummaryPoint,
} from './decoded-metric.js';
import {
  boolOf,
  countOf,
  doubleOf,
  hexOf,
  int32Of,
  int64Of,
  type JsonObject,
  listOf,
  objectOf,
  textOf,
  timeOf,
} from './json-fields.js';
import { eachOf } from './json-spans.js';
import { attributesOf } from './json-values.js';

/** A Metric in OTLP's JSON form; `undefined` if it has no data of a known kind. */
export function metricOf(metric: JsonObject, state: DecodeState): DecodedMetric | undefined {
  const head: DecodedMetricHead = {
    name: textOf(metric['name'], 'name', state),
    description: textOf(metric['description'], 'description', state),
    unit: textOf(metric['unit'], 'unit', state),
    metadata: attributesOf(metric['metadata'], 'metadata', state),
  };
  const dataOf = (kind: DecodedMetric['kind']): JsonObject | undefined => objectOf(metric[kind], kind);
  let data = dataOf('gauge');
  if (data !== undefined) return { ...head, kind: 'gauge', points: pointsOf(data, state, numberPointOf) };
  data = dataOf('sum');
  if (data !== undefined) {
    const isMonotonic = boolOf(data['isMonotonic'], 'isMonotonic');
    return { ...head, kind: 'sum', points: pointsOf(data, state, numberPointOf), ...temporalityOf(data), isMonotonic };
  }
  data = dataOf('histogram');
  if (data !== undefined) {
    return { ...head, kind: 'histogram', points: pointsOf(data, state, histogramPointOf), ...temporalityOf(data) };
  }
  data = dataOf('exponentialHistogram');
  if (data !== undefined) {
    const points = pointsOf(data, state, exponentialPointOf);
    return { ...head, kind: 'exponentialHistogram', points, ...temporalityOf(data) };
  }
  data = dataOf('summary');
  return data && { ...head, kind: 'summary', points: pointsOf(data, state, summaryPointOf) };
}

function temporalityOf(data: JsonObject): { readonly temporality: number } {
  return { temporality: int32Of(data['aggregationTemporality'], 'aggregationTemporality') };
}

function pointsOf<P>(data: JsonObject, state: DecodeState, read: (point: JsonObject, state: DecodeState) => P): P[] {
  const points: P[] = [];
  for (const each of listOf(data['dataPoints'], 'dataPoints')) {
    if (state.takesRecord()) points.push(read(objectOf(each, 'dataPoints') ?? {}, state));
  }
  return points;
}

function pointOf(point: JsonObject, state: DecodeState): DecodedPoint {
  const [startSeconds, startNanos] = timeOf(point['startTimeUnixNano'], 'startTimeUnixNano');
  const [seconds, nanos] = timeOf(point['timeUnixNano'], 'timeUnixNano');
  const attributes = attributesOf(point['attributes'], 'attributes', state);
  return { attributes, startSeconds, startNanos, seconds, nanos, flags: int32Of(point['flags'], 'flags') >>> 0 };
}

function numberPointOf(point: JsonObject, state: DecodeState): DecodedNumberPoint {
  return { ...pointOf(point, state), value: numberOf(point), exemplars: exemplarsOf(point, state) };
}

function histogramPointOf(point: JsonObject, state: DecodeState): DecodedHistogramPoint {
  return {
    ...pointOf(point, state),
    ...extremesOf(point),
    bucketCounts: numbersOf(point['bucketCounts'], 'bucketCounts', state, countOf),
    explicitBounds: numbersOf(point['explicitBounds'], 'explicitBounds', state, doubleOf),
    exemplars: exemplarsOf(point, state),
  };
}

function exponentialPointOf(point: JsonObject, state: DecodeState): DecodedExponentialPoint {
  return {
    ...pointOf(point, state),
    ...extremesOf(point),
    scale: int32Of(point['scale'], 'scale'),
    zeroCount: countOf(point['zeroCount'], 'zeroCount'),
    zeroThreshold: doubleOf(point['zeroThreshold'], 'zeroThreshold'),
    positive: bucketsOf(point['positive'], 'positive', state),
    negative: bucketsOf(point['negative'], 'negative', state),
    exemplars: exemplarsOf(point, state),
  };
}

function summaryPointOf(point: JsonObject, state: DecodeState): DecodedSummaryPoint {
  return {
    ...pointOf(point, state),
    count: countOf(point['count'], 'count'),
    sum: doubleOf(point['sum'], 'sum'),
    quantiles: numbersOf(point['quantileValues'], 'quantileValues', state, (each, name) => {
      const given = objectOf(each, name);
      return { quantile: doubleOf(given?.['quantile'], 'quantile'), value: doubleOf(given?.['value'], 'value') };
    }),
  };
}

function extremesOf(point: JsonObject): Pick<DecodedHistogramPoint, 'count' | 'sum' | 'min' | 'max'> {
  return {
    count: countOf(point['count'], 'count'),
    sum: optionalDoubleOf(point['sum'], 'sum'),
    min: optionalDoubleOf(point['min'], 'min'),
    max: optionalDoubleOf(point['max'], 'max'),
  };
}

function optionalDoubleOf(value: unknown, name: string): number | undefined {
  return value === undefined || value === null ? undefined : doubleOf(value, name);
}

function bucketsOf(value: unknown, name: string, state: DecodeState): DecodedBuckets {
  const buckets = objectOf(value, name);
  return {
    offset: int32Of(buckets?.['offset'], 'offset'),
    bucketCounts: numbersOf(buckets?.['bucketCounts'], 'bucketCounts', state, countOf),
  };
}

function numbersOf<T>(value: unknown, name: string, state: DecodeState, read: (each: unknown, name: string) => T): T[] {
  const list = listOf(value, name);
  const { maxElements } = state.limits;
  if (list.length > maxElements) state.leftOut.elements += list.length - maxElements;
  return list.slice(0, maxElements).map((each) => read(each, name));
}

function exemplarsOf(point: JsonObject, state: DecodeState): DecodedExemplar[] {
  return eachOf(point['exemplars'], 'exemplars', state, (exemplar) => {
    const [seconds, nanos] = timeOf(exemplar['timeUnixNano'], 'timeUnixNano');
    return {
      seconds,
      nanos,
      value: numberOf(exemplar),
      traceId: hexOf(exemplar['traceId'], 'traceId'),
      spanId: hexOf(exemplar['spanId'], 'spanId'),
      attributes: attributesOf(exemplar['filteredAttributes'], 'filteredAttributes', state),
    };
  });
}

/** Of a number point or an exemplar. */
function numberOf({ asDouble, asInt }: JsonObject): number | bigint | undefined {
  if (asDouble !== undefined && asDouble !== null) return doubleOf(asDouble, 'asDouble');
  return asInt === undefined || asInt === null ? undefined : int64Of(asInt, 'asInt');
}
