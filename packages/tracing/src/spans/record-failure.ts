import { type Exception, type Span, SpanStatusCode } from '@opentelemetry/api';
import { truncate } from './truncate.js';

/**
 * Marks the span as failed by `error`, which may be any thrown value: an `exception` event with type, message and stack,
 * the stacks of its causes included, the attribute `error.type`, and the status ERROR with the message (OpenTelemetry,
 * "Exceptions" and "Recording errors"). Strings are cut. Never throws.
 */
export function recordFailure(span: Span, error: unknown): void {
  try {
    if (!span.isRecording()) return;
    const message = errorMessage(error);
    const type = errorType(error);
    const stack = stackOf(error);
    span.setAttribute('error.type', type);
    span.recordException({ name: type, message, ...(stack === undefined ? {} : { stack }) });
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  } catch {
    // A span of another SDK that throws must not hide the error that is being recorded.
  }
}

/**
 * The value of `error.type` (semantic conventions) for a thrown value, with few distinct values: an error's name; for a plain
 * `Error` its `code`, or else its class; `_OTHER` if it is no error.
 */
export function errorType(error: unknown): string {
  const name = textProperty(error, 'name');
  if (name === undefined || name === '') return '_OTHER';
  if (name !== 'Error') return name.slice(0, maxType);
  const code = textProperty(error, 'code');
  if (code !== undefined && /^[\w.-]{1,100}$/.test(code)) return code;
  const className = textProperty(property(error, 'constructor'), 'name');
  return className === undefined || className === '' ? name : className.slice(0, maxType);
}

const maxType = 100;
const maxMessage = 1024;
const maxStack = 16_384;
const maxCauses = 5;

/** The fields of a thrown value that an SDK reads, strings only; an error of this realm unchanged. Never throws. */
export function readableException(error: unknown): Exception {
  if (typeof error === 'string') return error;
  const code = property(error, 'code');
  const name = textProperty(error, 'name');
  const message = textProperty(error, 'message');
  const stack = textProperty(error, 'stack');
  if (code === undefined && name === undefined && message === undefined) return errorMessage(error);
  return {
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(name === undefined ? {} : { name }),
    ...(message === undefined ? {} : { message }),
    ...(stack === undefined ? {} : { stack }),
  } as Exception;
}

/** The message of a thrown value, cut; other values as a string. */
export function errorMessage(error: unknown): string {
  const message = textProperty(error, 'message');
  if (message !== undefined) return truncate(message, maxMessage);
  try {
    // Joining may take for ever: an empty array may have a length of billions.
    if (Array.isArray(error)) return `a list of ${error.length}`;
    return truncate(String(error), maxMessage);
  } catch {
    return 'a value that cannot be shown'; // an object without a prototype
  }
}

function stackOf(error: unknown): string | undefined {
  const stack = textProperty(error, 'stack');
  if (stack === undefined) return undefined;
  const stacks = [stack];
  const seen = new Set<unknown>([error]);
  const causes = [...causesOf(error)];
  for (let cause = causes.shift(); cause !== undefined && stacks.length <= maxCauses; cause = causes.shift()) {
    if (seen.has(cause)) continue;
    seen.add(cause);
    stacks.push(`Caused by: ${textProperty(cause, 'stack') ?? errorMessage(cause)}`);
    causes.unshift(...causesOf(cause));
  }
  return truncate(stacks.join('\n'), maxStack);
}

/** The cause of an error, and the errors of an AggregateError. */
function causesOf(error: unknown): readonly unknown[] {
  const cause = property(error, 'cause');
  const errors = property(error, 'errors');
  const all = cause === undefined || cause === null ? [] : [cause];
  // Some libraries keep other values in `errors` (validation results): only errors are taken.
  if (Array.isArray(errors)) all.push(...errors.slice(0, maxCauses).filter((each) => each instanceof Error));
  return all;
}

function textProperty(value: unknown, name: string): string | undefined {
  const text = property(value, name);
  return typeof text === 'string' ? text : undefined;
}

function property(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined; // a getter or a proxy that throws
  }
}
