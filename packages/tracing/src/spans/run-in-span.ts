import { context, type Span, trace } from '@opentelemetry/api';
import { recordFailure } from './record-failure.js';

/**
 * Runs `fn` with the span active and ends the span exactly once: when `fn` throws, returns a plain value, or when what it
 * returned settles. Returns what `fn` returned, the same object, so that subclasses of Promise and lazy thenables (query
 * builders) stay what they are. A failure is recorded by `recordFailure` and goes on to the caller.
 */
export function runInSpan<T>(span: Span, fn: (span: Span) => T): T {
  let result: T;
  try {
    result = context.with(trace.setSpan(context.active(), span), fn, undefined, span);
  } catch (error) {
    endWithFailure(span, error);
    throw error;
  }
  return endWhenSettled(span, result);
}

function end(span: Span): void {
  // A span that does not record needs no end, and one that `fn` has ended must not be ended again.
  if (span.isRecording()) span.end();
}

function endWithFailure(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  recordFailure(span, error);
  span.end();
}

function endWhenSettled<T>(span: Span, result: T): T {
  if (result instanceof Promise) {
    // Not `finally` and not passed on: the promise that the caller gets is the one that `fn` made.
    Promise.prototype.then.call(
      result,
      () => end(span),
      (error: unknown) => endWithFailure(span, error),
    );
    return result;
  }
  if (!isThenable(result)) {
    end(span);
    return result;
  }
  return endWhenSubscribed(span, result);
}

/** A thenable that is no promise may do its work when it is subscribed to: it is never subscribed to from here. */
function endWhenSubscribed<T extends Thenable>(span: Span, result: T): T {
  const subscribe = result.then;
  try {
    // biome-ignore lint/suspicious/noThenProperty: the object is a thenable already
    result.then = function then(onValue, onError) {
      return subscribe.call(
        this,
        (value) => {
          end(span);
          return onValue ? onValue(value) : value;
        },
        (error) => {
          endWithFailure(span, error);
          if (onError) return onError(error);
          throw error;
        },
      );
    };
  } catch {
    end(span); // frozen: its end cannot be seen
  }
  return result;
}

interface Thenable {
  then: (this: unknown, onValue?: (value: unknown) => unknown, onError?: (error: unknown) => unknown) => unknown;
}

function isThenable(value: unknown): value is Thenable {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
