import { setMember } from './json/value-writer.js';
import { flagsOf } from './layouts/span-ids.js';
import { levelNameOf } from './levels/level-names.js';
import type { LogRecord } from './log-record.js';
import type { LineContent } from './shortened-line.js';

/** Made from what the line was made from, so that a sink never sees more than the line shows. */
export function recordOf({ logger, logContext, call }: LineContent, level: number, timeMs: number): LogRecord {
  const { span } = logContext;
  const { values } = call;
  // One object from the start: joining several with `...` costs twice as much.
  const attributes: Record<string, unknown> = {};
  // The sink owns the record, and the next line has the same context and bindings.
  for (const [name, , value] of logContext.all) setMember(attributes, name, copyOf(value));
  for (const [name, value] of logger.bindingValues ?? []) setMember(attributes, name, copyOf(value));
  if (values !== undefined) {
    addPairs(attributes, values.top);
    addPairs(attributes, values.fields);
  }
  if (call.durationMs !== undefined) attributes['duration_ms'] = call.durationMs;
  if (call.error !== undefined) Object.assign(attributes, exceptionOf(call.errorValue));
  return {
    timestampMs: timeMs,
    severityNumber: severityOf(level),
    severityText: levelNameOf(level).toUpperCase(),
    body: values?.message ?? '',
    attributes,
    ...(span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId, traceFlags: flagsOf(span) }),
    name: logger.logger ?? '',
  };
}

function addPairs(attributes: Record<string, unknown>, pairs: readonly unknown[]): void {
  for (let i = 0; i < pairs.length; i += 2) setMember(attributes, pairs[i] as string, pairs[i + 1]);
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) setMember(copy, name, copyOf(member));
  return copy;
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
function exceptionOf(error: unknown): Readonly<Record<string, unknown>> {
  const { type, message, stack, cause, errors } = error as Readonly<Record<string, unknown>>;
  return {
    'exception.type': type,
    'exception.message': message,
    ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
    ...(cause === undefined ? {} : { 'exception.cause': cause }),
    ...(errors === undefined ? {} : { 'exception.errors': errors }),
  };
}
