import { type Context, context, type Span } from '@opentelemetry/api';
import { recordFailure } from './record-failure.js';
import { contextWithSpan } from './span-layer.js';

/**
 * Runs `fn` with the span active and ends the span exactly once: when `fn` throws, returns a plain value, or when what it
 * returned settles. Returns what `fn` returned, the same object, so that subclasses of Promise and lazy thenables (query
 * builders) stay what they are. A failure is recorded by `recordFailure` and goes on to the caller.
 *
 * A promise is subscribed to, so Node.js does not report it as unhandled when nobody else does. A thenable that is no promise
 * is never subscribed to: its span ends with the first subscription of somebody else, and never if there is none.
 */
export function runInSpan<T>(span: Span, fn: (span: Span) => T): T {
  return runInSpanOf(context.active(), span, fn);
}

/** `runInSpan` in another context than the active one. */
export function runInSpanOf<T>(parent: Context, span: Span, fn: (span: Span) => T): T {
  const active = contextWithSpan(parent, span);
  if (!span.isRecording()) return context.with(active, fn, undefined, span);
  let result: T;
  try {
    result = context.with(active, fn, undefined, span);
  } catch (error) {
    endWithFailure(span, error);
    throw error;
  }
  return endWhenSettled(active, span, result);
}

/** Ends the span unless that has happened; telemetry that fails stays telemetry. */
export function endOnce(span: Span): void {
  try {
    // A span that does not record needs no end, and one that `fn` has ended must not be ended again.
    if (span.isRecording()) span.end();
  } catch {
    // A span processor that throws must not fail the work that is measured.
  }
}

function endWithFailure(span: Span, error: unknown): void {
  recordFailure(span, error);
  endOnce(span);
}

function endWhenSettled<T>(active: Context, span: Span, result: T): T {
  const kind = kindOf(result);
  if (kind === 'promise') {
    subscribe(span, result as Promise<unknown>);
  } else if (kind === 'thenable') {
    endWhenSubscribed(active, span, result as Thenable);
  } else {
    endOnce(span);
  }
  return result;
}

const { then } = Promise.prototype;

function subscribe(span: Span, promise: Promise<unknown>): void {
  try {
    // Not `finally` and not passed on: the promise that the caller gets is the one that `fn` made.
    then.call(
      promise,
      () => endOnce(span),
      (error: unknown) => endWithFailure(span, error),
    );
  } catch {
    endOnce(span); // a subclass whose constructor throws when a promise is derived from it
  }
}

function kindOf(value: unknown): 'promise' | 'thenable' | 'value' {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return 'value';
  let method: unknown;
  try {
    method = (value as Partial<Thenable>).then;
  } catch {
    return 'value'; // a getter or a proxy that throws
  }
  if (method === then) return 'promise';
  if (typeof method !== 'function') return 'value';
  return isPromiseOfAnotherRealm(value, method) ? 'promise' : 'thenable';
}

/** Made by `vm` or a test runner: not `instanceof` our Promise, but as native and as safe to subscribe to. */
function isPromiseOfAnotherRealm(value: object, method: unknown): boolean {
  return (
    !(value instanceof Promise) &&
    Object.prototype.toString.call(value) === '[object Promise]' &&
    Function.prototype.toString.call(method) === Function.prototype.toString.call(then)
  );
}

/**
 * A thenable that is no promise may do its work when it is subscribed to, so it never is from here: the first subscription of
 * somebody else runs it, with the span active, and puts the object back into its former state.
 */
function endWhenSubscribed(active: Context, span: Span, result: Thenable): void {
  const own = Object.getOwnPropertyDescriptor(result, 'then');
  const subscribe = result.then;
  try {
    Object.defineProperty(result, 'then', { value: watched, configurable: true, writable: true });
  } catch {
    endOnce(span); // frozen: its end cannot be seen
  }

  function watched(this: unknown, onValue?: Handler, onError?: Handler): unknown {
    if (own === undefined) Reflect.deleteProperty(result, 'then');
    else Reflect.defineProperty(result, 'then', own);
    const consumer = context.active();
    const handled =
      (end: (value: unknown) => void, handler: Handler | undefined | null, otherwise: (value: unknown) => unknown) =>
      (value: unknown): unknown => {
        end(value);
        return context.with(consumer, () => (typeof handler === 'function' ? handler(value) : otherwise(value)));
      };
    const onSettled = handled(
      () => endOnce(span),
      onValue,
      (value) => value,
    );
    const onFailed = handled(
      (error) => endWithFailure(span, error),
      onError,
      (error) => {
        throw error;
      },
    );
    try {
      return context.with(active, subscribe, this as undefined, onSettled, onFailed);
    } catch (error) {
      endWithFailure(span, error);
      throw error;
    }
  }
}

type Handler = (value: unknown) => unknown;

interface Thenable {
  then: (this: unknown, onValue?: Handler, onError?: Handler) => unknown;
}
