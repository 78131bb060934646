/** How a field is written in JSON. `time` converts Unix milliseconds to nanoseconds. */
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
  /** A scalar's type, or the fields of a message. */
  readonly type: FieldType | MessageFields;
  readonly isList: boolean;
}

export type MessageFields = readonly Field[];

const one = (name: string, type: Field['type']): Field => ({ name, type, isList: false });
const list = (name: string, type: MessageFields): Field => ({ name, type, isList: true });

const anyValue: MessageFields = [
  one('stringValue', 'string'),
  one('boolValue', 'bool'),
  one('intValue', 'int64'),
  one('doubleValue', 'double'),
];
const keyValue: MessageFields = [one('key', 'string'), one('value', anyValue)];
const exemplar: MessageFields = [
  one('timeUnixNano', 'time'),
  one('asDouble', 'double'),
  one('spanId', 'hex'),
  one('traceId', 'hex'),
];
const times: MessageFields = [one('startTimeUnixNano', 'time'), one('timeUnixNano', 'time')];
const numberPoint: MessageFields = [
  ...times,
  one('asDouble', 'double'),
  list('exemplars', exemplar),
  one('attributes', 'attributes'),
];
const explicitPoint: MessageFields = [
  ...times,
  one('count', 'fixed64'),
  one('sum', 'double'),
  one('bucketCounts', 'fixed64[]'),
  one('explicitBounds', 'double[]'),
  list('exemplars', exemplar),
  one('attributes', 'attributes'),
];
const buckets: MessageFields = [one('offset', 'sint32'), one('bucketCounts', 'uint64[]')];
const exponentialPoint: MessageFields = [
  one('attributes', 'attributes'),
  ...times,
  one('count', 'fixed64'),
  one('sum', 'double'),
  one('scale', 'sint32'),
  one('zeroCount', 'fixed64'),
  one('positive', buckets),
  one('negative', buckets),
  list('exemplars', exemplar),
  one('min', 'double'),
  one('max', 'double'),
];
const summaryPoint: MessageFields = [
  ...times,
  one('count', 'fixed64'),
  one('sum', 'double'),
  list('quantileValues', [one('quantile', 'double'), one('value', 'double')]),
  one('attributes', 'attributes'),
];
const temporality = one('aggregationTemporality', 'enum');
const metric: MessageFields = [
  one('name', 'string'),
  one('description', 'string'),
  one('unit', 'string'),
  one('gauge', [list('dataPoints', numberPoint)]),
  one('sum', [list('dataPoints', numberPoint), temporality, one('isMonotonic', 'bool')]),
  one('histogram', [list('dataPoints', explicitPoint), temporality]),
  one('exponentialHistogram', [list('dataPoints', exponentialPoint), temporality]),
  one('summary', [list('dataPoints', summaryPoint)]),
];
const scope: MessageFields = [one('name', 'string'), one('version', 'string')];

/** ExportMetricsServiceRequest (opentelemetry-proto, metrics_service.proto). */
export const exportRequest: MessageFields = [
  list('resourceMetrics', [
    one('resource', [list('attributes', keyValue)]),
    list('scopeMetrics', [one('scope', scope), list('metrics', metric)]),
  ]),
];
