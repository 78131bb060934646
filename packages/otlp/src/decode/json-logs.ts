import type { LogRecordFields } from '../encode/log-record-fields.js';
import type { DecodeState } from './decode-limits.js';
import { hexOf, int32Of, type JsonObject, textOf, timeOf } from './json-fields.js';
import { anyValueOf, attributesOf } from './json-values.js';

/** A LogRecord in OTLP's JSON form. */
export function logRecordOf(record: JsonObject, state: DecodeState): LogRecordFields {
  const { body } = record;
  const [timeSeconds, timeNanos] = timeOf(record['timeUnixNano'], 'timeUnixNano');
  const [observedSeconds, observedNanos] = timeOf(record['observedTimeUnixNano'], 'observedTimeUnixNano');
  return {
    timeSeconds,
    timeNanos,
    observedSeconds,
    observedNanos,
    severityNumber: int32Of(record['severityNumber'], 'severityNumber'),
    severityText: textOf(record['severityText'], 'severityText', state) || undefined,
    body: body === undefined || body === null ? undefined : anyValueOf(body, state, 0),
    attributes: attributesOf(record['attributes'], 'attributes', state),
    droppedAttributesCount: int32Of(record['droppedAttributesCount'], 'droppedAttributesCount') >>> 0,
    traceId: hexOf(record['traceId'], 'traceId') || undefined,
    spanId: hexOf(record['spanId'], 'spanId') || undefined,
    flags: int32Of(record['flags'], 'flags') >>> 0,
    eventName: textOf(record['eventName'], 'eventName', state) || undefined,
  };
}
