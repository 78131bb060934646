import { isHexId } from './hex-ids.js';
import { countJson, nanosText, textJson } from './json-spans.js';
import { anyValueJson, attributesJson } from './json-values.js';
import type { LogRecordFields } from './log-record-fields.js';
import type { NestedLimits } from './nested-limits.js';

/** A LogRecord in OTLP's JSON form. Fields that have protobuf's default value are left out, but for attributes. */
export function logJson(record: LogRecordFields, nested: NestedLimits): string {
  const { body, attributes, traceId, spanId, flags } = record;
  let json = `{"timeUnixNano":"${nanosText(record.timeSeconds, record.timeNanos)}"`;
  json += `,"observedTimeUnixNano":"${nanosText(record.observedSeconds, record.observedNanos)}"`;
  json += `${countJson('severityNumber', record.severityNumber)}${textJson('severityText', record.severityText)}`;
  if (body !== undefined) json += `,"body":${anyValueJson(body, nested)}`;
  json += `,"attributes":${attributesJson(attributes, nested)}`;
  json += countJson('droppedAttributesCount', record.droppedAttributesCount);
  if (flags > 0) json += `,"flags":${flags >>> 0}`;
  if (traceId !== undefined && isHexId(traceId, 16)) json += `,"traceId":"${traceId}"`;
  if (spanId !== undefined && isHexId(spanId, 8)) json += `,"spanId":"${spanId}"`;
  return `${json}${textJson('eventName', record.eventName)}}`;
}
