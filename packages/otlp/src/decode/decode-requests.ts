import type { LogRecordFields } from '../encode/log-record-fields.js';
import type { SpanRecord } from '../encode/span-record.js';
import { OtlpDecodeError } from './decode-error.js';
import { type DecodeLimits, type DecodeReport, DecodeState } from './decode-limits.js';
import type { DecodedMetric } from './decoded-metric.js';
import type { DecodedResource, DecodedScope } from './decoded-scope.js';
import type { JsonObject } from './json-fields.js';
import { logRecordOf } from './json-logs.js';
import { metricOf } from './json-metrics.js';
import { type JsonNames, readJsonRequest } from './json-requests.js';
import { spanOf } from './json-spans.js';
import { readLogRecord } from './protobuf-logs.js';
import { readMetric } from './protobuf-metrics.js';
import type { ProtobufReader } from './protobuf-reader.js';
import { readRequest } from './protobuf-requests.js';
import { readSpan } from './protobuf-spans.js';

export interface DecodeOptions extends Partial<DecodeLimits> {
  readonly encoding: 'protobuf' | 'json';
}

/**
 * Takes one record at a time, in the order of the request. It owns the record, which holds nothing of the request's bytes; scope and
 * resource are shared by all records that came with them. What it throws, the decoder throws.
 */
export type Visit<T> = (record: T, scope: DecodedScope, resource: DecodedResource) => void;

/**
 * Reads an ExportTraceServiceRequest of any sender. Throws an `OtlpDecodeError` for what is none, possibly after calls of `visit`.
 * Unknown fields and strings that are no UTF-8 are taken as protobuf's own readers take them.
 */
export function decodeSpans(bytes: Uint8Array, options: DecodeOptions, visit: Visit<SpanRecord>): DecodeReport {
  return decode(bytes, options, traces, visit);
}

/** Reads an ExportLogsServiceRequest, as `decodeSpans` does. */
export function decodeLogRecords(
  bytes: Uint8Array,
  options: DecodeOptions,
  visit: Visit<LogRecordFields>,
): DecodeReport {
  return decode(bytes, options, logs, visit);
}

/** Reads an ExportMetricsServiceRequest, as `decodeSpans` does. `maxRecords` bounds the points of all metrics. */
export function decodeMetrics(bytes: Uint8Array, options: DecodeOptions, visit: Visit<DecodedMetric>): DecodeReport {
  return decode(bytes, options, metrics, visit);
}

interface Signal<T> {
  readonly names: JsonNames;
  /** Whether a record of the request is one for `maxRecords`; otherwise its parts are. */
  readonly countsRecords: boolean;
  fromProtobuf(reader: ProtobufReader, state: DecodeState): T | undefined;
  fromJson(record: JsonObject, state: DecodeState): T | undefined;
}

const traces: Signal<SpanRecord> = {
  names: { resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' },
  countsRecords: true,
  fromProtobuf: readSpan,
  fromJson: spanOf,
};

const logs: Signal<LogRecordFields> = {
  names: { resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' },
  countsRecords: true,
  fromProtobuf: readLogRecord,
  fromJson: logRecordOf,
};

const metrics: Signal<DecodedMetric> = {
  names: { resources: 'resourceMetrics', scopes: 'scopeMetrics', records: 'metrics' },
  countsRecords: false,
  fromProtobuf: readMetric,
  fromJson: metricOf,
};

function decode<T>(bytes: Uint8Array, options: DecodeOptions, signal: Signal<T>, visit: Visit<T>): DecodeReport {
  const { encoding, ...limits } = options;
  const state = new DecodeState(limits);
  const { maxBytes } = state.limits;
  if (bytes.length > maxBytes) throw new OtlpDecodeError('too large', `${bytes.length} bytes, of at most ${maxBytes}`);
  const { names, countsRecords } = signal;
  if (encoding === 'json') {
    readJsonRequest(bytes, state, names, (given, scope, resource) => {
      if (countsRecords && !state.takesRecord()) return;
      const record = signal.fromJson(given, state);
      if (record !== undefined) visit(record, scope, resource);
    });
  } else {
    readRequest(bytes, state, (reader, scope, resource) => {
      if (countsRecords && !state.takesRecord()) return reader.leave(reader.enter());
      const record = signal.fromProtobuf(reader, state);
      if (record !== undefined) visit(record, scope, resource);
    });
  }
  return state.report();
}
