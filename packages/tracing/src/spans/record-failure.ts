import { type Span, SpanStatusCode } from '@opentelemetry/api';

/**
 * Marks the span as failed by `error`, which may be any thrown value: an `exception` event with type, message and stack,
 * the stacks of its causes included, the attribute `error.type`, and the status ERROR with the message (OpenTelemetry,
 * "Exceptions" and "Recording errors"). Texts are capped. Never throws.
 */
export function recordFailure(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const message = messageOf(error);
  const type = errorType(error);
  const stack = stackOf(error);
  span.setAttribute('error.type', type);
  span.recordException({ name: type, message, ...(stack === undefined ? {} : { stack }) });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/**
 * What kind of failure a thrown value is, with few distinct values, as `error.type` of the semantic conventions: an error's
 * name; for a plain `Error` its `code` where it has one; `_OTHER` for what is no error.
 */
export function errorType(error: unknown): string {
  const name = textProperty(error, 'name');
  if (name === undefined || name === 'Error') {
    const code = textProperty(error, 'code');
    if (code !== undefined && /^[\w.-]{1,100}$/.test(code)) return code;
  }
  return name === undefined || name === '' ? '_OTHER' : name.slice(0, 100);
}

const mostMessage = 1024;
const mostStack = 16_384;
const mostCauses = 5;

function messageOf(error: unknown): string {
  const message = textProperty(error, 'message');
  if (message !== undefined) return message.slice(0, mostMessage);
  try {
    return String(error).slice(0, mostMessage);
  } catch {
    return 'a value that cannot be shown'; // an object without a prototype
  }
}

function stackOf(error: unknown): string | undefined {
  const stack = textProperty(error, 'stack');
  if (stack === undefined) return undefined;
  const stacks = [stack];
  let cause = property(error, 'cause');
  for (let depth = 0; cause !== undefined && cause !== null && depth < mostCauses; depth++) {
    stacks.push(`Caused by: ${textProperty(cause, 'stack') ?? messageOf(cause)}`);
    cause = property(cause, 'cause');
  }
  return stacks.join('\n').slice(0, mostStack);
}

function textProperty(value: unknown, name: string): string | undefined {
  const text = property(value, name);
  return typeof text === 'string' ? text : undefined;
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined; // a getter or a proxy that throws
  }
}
