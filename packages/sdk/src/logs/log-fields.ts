import type { LogRecord } from '@sightline/logger';
import { flatAttributes, type LogRecordFields, type Scope } from '@sightline/otlp/encode';

/** Reads a line as OTLP has it. The logger's name is the instrumentation scope. */
export function logFieldsReader(): {
  fieldsOf(record: LogRecord): LogRecordFields;
  /** The same object for the same name. */
  scopeOf(record: LogRecord): Scope;
} {
  const scopes = new Map<string, Scope>();
  return { fieldsOf, scopeOf };

  function scopeOf({ name }: LogRecord): Scope {
    const known = scopes.get(name);
    if (known !== undefined) return known;
    // Names are few, unless they are made of data.
    if (scopes.size >= MAX_SCOPES) scopes.clear();
    const scope = { name };
    scopes.set(name, scope);
    return scope;
  }
}

const MAX_SCOPES = 1000;

function fieldsOf(record: LogRecord): LogRecordFields {
  const { timestampMs, traceId, spanId, traceFlags, body } = record;
  const seconds = Math.floor(timestampMs / 1000);
  const nanos = Math.round((timestampMs - seconds * 1000) * 1e6);
  const isInSpan = traceId !== undefined && spanId !== undefined;
  return {
    timeSeconds: seconds,
    timeNanos: nanos,
    observedSeconds: seconds,
    observedNanos: nanos,
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    body,
    attributes: flatAttributes(record.attributes),
    droppedAttributesCount: 0,
    traceId: isInSpan ? traceId : undefined,
    spanId: isInSpan ? spanId : undefined,
    flags: isInSpan ? (traceFlags ?? 0) : 0,
  };
}
