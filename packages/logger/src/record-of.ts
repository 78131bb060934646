import { flagsOf } from './layouts/span-ids.js';
import { levelNameOf } from './levels/level-names.js';
import type { LogRecord } from './log-record.js';
import type { LineContent } from './shortened-line.js';

/** Made from the JSON of the line, so that a sink never sees more than the line shows. */
export function recordOf(content: LineContent, level: number, timeMs: number): LogRecord {
  const { names, entries, call } = content;
  const { span } = content.ambient;
  return {
    timestampMs: timeMs,
    severityNumber: severityOf(level),
    severityText: levelNameOf(level).toUpperCase(),
    body: call.message === undefined ? '' : parsed<string>(call.message),
    attributes: {
      ...Object.fromEntries(entries.map(([key, json]) => [key, parsed(json)])),
      ...Object.fromEntries([...names.bindings].map(([key, json]) => [key, parsed(json)])),
      ...parsed<object>(`{${(call.top + call.fields).slice(1)}}`),
      ...(call.durationMs === undefined ? {} : { duration_ms: call.durationMs }),
      ...(call.error === undefined ? {} : exceptionOf(parsed(call.error))),
    },
    ...(span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId, traceFlags: flagsOf(span) }),
    name: names.logger ?? '',
  };
}

/** The first of the four numbers of each level (OpenTelemetry, Logs Data Model, "Field: SeverityNumber"). */
function severityOf(level: number): number {
  if (level >= 60) return 21;
  if (level >= 50) return 17;
  if (level >= 40) return 13;
  if (level >= 30) return 9;
  return level >= 20 ? 5 : 1;
}

/** OpenTelemetry, "Semantic conventions for exceptions in logs". */
function exceptionOf(error: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { type, message, stack, cause, errors } = error;
  return {
    'exception.type': type,
    'exception.message': message,
    ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
    ...(cause === undefined ? {} : { 'exception.cause': cause }),
    ...(errors === undefined ? {} : { 'exception.errors': errors }),
  };
}

function parsed<T>(json: string): T {
  return JSON.parse(json) as T;
}
