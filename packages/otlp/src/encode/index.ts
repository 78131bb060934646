// Metrics, spans and log records as OTLP requests, in both encodings.
export { exportRequest } from './fields.js';
export type { FlatAttributes } from './flat-attributes.js';
export { jsonOf } from './json.js';
export { logEncoder } from './log-encoder.js';
export type { LogRecordFields } from './log-record-fields.js';
export { CUMULATIVE, DELTA, type ExportRequest, type OtlpMetric, type PointAttributes } from './message.js';
export { metricsOf, type Reading } from './metrics-of.js';
export { protobufOf } from './protobuf.js';
export type { EncodedRecord, RecordEncoder, RecordEncoderOptions, Scope } from './record-encoder.js';
export { completeResource, type ResourceAttributes, resourceMessage } from './resource.js';
export { spanEncoder } from './span-encoder.js';
export type { SpanEventRecord, SpanLinkRecord, SpanRecord } from './span-record.js';
export { splitTime } from './whole-number.js';
