import type { Context, TimeInput } from '@opentelemetry/api';
import type { CallArguments } from '../call-fields.js';
import { isError } from '../json/error-json.js';

/** A record as it is emitted (`LogRecord` of `@opentelemetry/api-logs`). */
export interface EmittedRecord {
  readonly eventName?: string | undefined;
  readonly timestamp?: TimeInput | undefined;
  readonly observedTimestamp?: TimeInput | undefined;
  readonly severityNumber?: number | undefined;
  readonly severityText?: string | undefined;
  readonly body?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  readonly exception?: unknown;
  readonly context?: Context | undefined;
}

/** pino's level of a severity (OpenTelemetry, "Logs Data Model", Field: SeverityNumber). Without one it is `info`. */
export function levelOf(severityNumber: unknown): number {
  if (typeof severityNumber !== 'number' || !(severityNumber >= 1)) return 30;
  return Math.min(60, 10 * Math.ceil(Math.min(24, severityNumber) / 4));
}

/** What a log method would have been called with. Attributes are read when they are written. */
export function recordArguments({ body, attributes, eventName, exception }: EmittedRecord): CallArguments {
  const added: Record<string, unknown> = {};
  const isMessage = body === undefined || body === null || typeof body !== 'object';
  if (!isMessage) added['body'] = body;
  if (typeof eventName === 'string' && eventName !== '') added['event.name'] = eventName;
  const error = isError(exception) ? exception : undefined;
  if (error === undefined) Object.assign(added, exceptionFields(exception));
  const hasMore = Object.keys(added).length > 0;
  const given = typeof attributes === 'object' && attributes !== null ? attributes : undefined;
  return {
    fields: hasMore ? { ...given, ...added } : given,
    error,
    message: isMessage && body !== undefined && body !== null ? String(body) : undefined,
  };
}

/** Unix time in milliseconds; `undefined` if there is none. Numbers before the process began are of `performance.now()`. */
export function timeOf(given: unknown): number | undefined {
  const timeMs = milliseconds(given);
  return timeMs !== undefined && Number.isFinite(timeMs) && timeMs > 0 ? timeMs : undefined;
}

function milliseconds(given: unknown): number | undefined {
  if (typeof given === 'number') return given < performance.timeOrigin ? performance.timeOrigin + given : given;
  if (given instanceof Date) return given.getTime();
  if (!Array.isArray(given)) return undefined;
  const [seconds, nanos] = given as unknown[];
  return typeof seconds === 'number' && typeof nanos === 'number' ? seconds * 1e3 + nanos / 1e6 : undefined;
}

/** OpenTelemetry, "Semantic conventions for exceptions in logs". */
function exceptionFields(exception: unknown): Readonly<Record<string, unknown>> {
  if (exception === undefined || exception === null) return {};
  if (typeof exception !== 'object') return { 'exception.message': String(exception) };
  const { name, type, code, message, stack } = exception as Readonly<Record<string, unknown>>;
  return {
    'exception.type': code ?? name ?? type,
    'exception.message': message,
    'exception.stacktrace': stack,
  };
}
