/** How a field is encoded. Lists of scalars are packed. `time` converts Unix milliseconds to nanoseconds. */
export type FieldType =
  | 'string'
  | 'hex'
  | 'bool'
  | 'enum'
  | 'int64'
  | 'sint32'
  | 'double'
  | 'fixed64'
  | 'time'
  | 'double[]'
  | 'fixed64[]'
  | 'uint64[]'
  /** Alternating names and values, written as a list of KeyValue. */
  | 'attributes';

export interface Field {
  readonly name: string;
  readonly number: number;
  /** A scalar's type, or the fields of a message. */
  readonly type: FieldType | MessageFields;
  readonly isList: boolean;
}

export type MessageFields = readonly Field[];

const one = (name: string, number: number, type: Field['type']): Field => ({ name, number, type, isList: false });
const list = (name: string, number: number, type: MessageFields): Field => ({ name, number, type, isList: true });

const anyValue: MessageFields = [
  one('stringValue', 1, 'string'),
  one('boolValue', 2, 'bool'),
  one('intValue', 3, 'int64'),
  one('doubleValue', 4, 'double'),
];
const keyValue: MessageFields = [one('key', 1, 'string'), one('value', 2, anyValue)];
const exemplar: MessageFields = [
  one('timeUnixNano', 2, 'time'),
  one('asDouble', 3, 'double'),
  one('spanId', 4, 'hex'),
  one('traceId', 5, 'hex'),
];
const times: MessageFields = [one('startTimeUnixNano', 2, 'time'), one('timeUnixNano', 3, 'time')];
const numberPoint: MessageFields = [
  ...times,
  one('asDouble', 4, 'double'),
  list('exemplars', 5, exemplar),
  one('attributes', 7, 'attributes'),
];
const explicitPoint: MessageFields = [
  ...times,
  one('count', 4, 'fixed64'),
  one('sum', 5, 'double'),
  one('bucketCounts', 6, 'fixed64[]'),
  one('explicitBounds', 7, 'double[]'),
  list('exemplars', 8, exemplar),
  one('attributes', 9, 'attributes'),
];
const buckets: MessageFields = [one('offset', 1, 'sint32'), one('bucketCounts', 2, 'uint64[]')];
const exponentialPoint: MessageFields = [
  one('attributes', 1, 'attributes'),
  ...times,
  one('count', 4, 'fixed64'),
  one('sum', 5, 'double'),
  one('scale', 6, 'sint32'),
  one('zeroCount', 7, 'fixed64'),
  one('positive', 8, buckets),
  one('negative', 9, buckets),
  list('exemplars', 11, exemplar),
  one('min', 12, 'double'),
  one('max', 13, 'double'),
];
const summaryPoint: MessageFields = [
  ...times,
  one('count', 4, 'fixed64'),
  one('sum', 5, 'double'),
  list('quantileValues', 6, [one('quantile', 1, 'double'), one('value', 2, 'double')]),
  one('attributes', 7, 'attributes'),
];
const temporality = one('aggregationTemporality', 2, 'enum');
const metric: MessageFields = [
  one('name', 1, 'string'),
  one('description', 2, 'string'),
  one('unit', 3, 'string'),
  one('gauge', 5, [list('dataPoints', 1, numberPoint)]),
  one('sum', 7, [list('dataPoints', 1, numberPoint), temporality, one('isMonotonic', 3, 'bool')]),
  one('histogram', 9, [list('dataPoints', 1, explicitPoint), temporality]),
  one('exponentialHistogram', 10, [list('dataPoints', 1, exponentialPoint), temporality]),
  one('summary', 11, [list('dataPoints', 1, summaryPoint)]),
];
const scope: MessageFields = [one('name', 1, 'string'), one('version', 2, 'string')];

/** ExportMetricsServiceRequest (opentelemetry-proto, metrics_service.proto). */
export const exportRequest: MessageFields = [
  list('resourceMetrics', 1, [
    one('resource', 1, [list('attributes', 1, keyValue)]),
    list('scopeMetrics', 2, [one('scope', 1, scope), list('metrics', 2, metric)]),
  ]),
];
