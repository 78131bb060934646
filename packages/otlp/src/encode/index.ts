// Metrics, spans and log records as OTLP requests, in both encodings.
export { type FlatAttributes, flatAttributes } from './flat-attributes.js';
export { logEncoder } from './log-encoder.js';
export type { LogRecordFields } from './log-record-fields.js';
export { CUMULATIVE, DELTA, type OtlpMetric, type PointAttributes } from './message.js';
export type { Reading } from './metric-points.js';
export { type MetricScope, type ScopedFamilies, scopesOf } from './metric-scopes.js';
export { type EncodeMetrics, type MetricsEncoderOptions, metricsEncoder } from './metrics-encoder.js';
export { metricsOf } from './metrics-of.js';
export type { EncodedRecord, RecordEncoder, RecordEncoderOptions, Scope } from './record-encoder.js';
export { completeResource, type ResourceAttributes, resourceMessage } from './resource.js';
export { spanEncoder } from './span-encoder.js';
export type { SpanEventRecord, SpanLinkRecord, SpanRecord } from './span-record.js';
export { splitTime } from './whole-number.js';
