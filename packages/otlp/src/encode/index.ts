// Metrics as OTLP requests, in both encodings.
export { exportRequest } from './fields.js';
export { jsonOf } from './json.js';
export { CUMULATIVE, DELTA, type ExportRequest, type OtlpMetric, type PointAttributes } from './message.js';
export { metricsOf, type Reading } from './metrics-of.js';
export { protobufOf } from './protobuf.js';
export { completeResource, type ResourceAttributes, resourceMessage } from './resource.js';
export { splitTime } from './whole-number.js';
