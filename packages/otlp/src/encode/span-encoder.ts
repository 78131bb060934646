import { jsonRecords } from './json-records.js';
import { spanJson } from './json-spans.js';
import { protobufRecords } from './protobuf-records.js';
import { writeSpan } from './protobuf-spans.js';
import type { RecordEncoder, RecordEncoderOptions } from './record-encoder.js';
import type { SpanRecord } from './span-record.js';

/** Encodes spans for ExportTraceServiceRequest (opentelemetry-proto 1.x, trace.proto). */
export function spanEncoder(options: RecordEncoderOptions): RecordEncoder<SpanRecord> {
  return options.encoding === 'json'
    ? jsonRecords(options, { textOf: spanJson, resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' })
    : protobufRecords(options, writeSpan);
}
