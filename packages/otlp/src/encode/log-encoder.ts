import { logJson } from './json-logs.js';
import { jsonRecords } from './json-records.js';
import type { LogRecordFields } from './log-record-fields.js';
import { writeLogRecord } from './protobuf-logs.js';
import { protobufRecords } from './protobuf-records.js';
import type { RecordEncoder, RecordEncoderOptions } from './record-encoder.js';

/** Encodes log records for ExportLogsServiceRequest (opentelemetry-proto 1.x, logs.proto). */
export function logEncoder(options: RecordEncoderOptions): RecordEncoder<LogRecordFields> {
  return options.encoding === 'json'
    ? jsonRecords(options, { textOf: logJson, resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' })
    : protobufRecords(options, writeLogRecord);
}
