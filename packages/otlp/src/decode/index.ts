// OTLP requests of any sender, in both encodings, as plain records.
export { type DecodeFault, OtlpDecodeError } from './decode-error.js';
export type { DecodeLimits, DecodeReport, LeftOut } from './decode-limits.js';
export { type DecodeOptions, decodeLogRecords, decodeMetrics, decodeSpans, type Visit } from './decode-requests.js';
export type {
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
export type { DecodedResource, DecodedScope } from './decoded-scope.js';
