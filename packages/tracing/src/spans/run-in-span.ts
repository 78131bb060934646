import { type Context, context, type Span } from '@opentelemetry/api';
import { whenSettled } from '@sightline/base';
import { activeContext, withContext } from '../context/active-context.js';
import { contextWithSpan } from '../context/span-layer.js';
import { recordFailure } from './record-failure.js';

/**
 * Runs `fn` with the span active and ends the span exactly once: when `fn` throws, returns a plain value, or when its result
 * settles. A failure is recorded by `recordFailure` and goes on to the caller.
 *
 * Returns the result of `fn`. For a native promise it returns one that settles in the same way, so that an unhandled rejection
 * stays unhandled. Promises of subclasses and other thenables (query builders) stay the same object. It never subscribes to a
 * thenable that is no promise: the span ends after its consumer subscribes, and never if it does not.
 */
export function runInSpan<T>(span: Span, fn: (span: Span) => T): T {
  return runInSpanOf(activeContext(), span, fn);
}

/** `runInSpan` in another context than the active one. */
export function runInSpanOf<T>(parent: Context, span: Span, fn: (span: Span) => T): T {
  const active = contextWithSpan(parent, span);
  if (!span.isRecording()) return withContext(active, fn, span);
  let result: T;
  try {
    result = withContext(active, fn, span);
  } catch (error) {
    endWithFailure(span, error);
    throw error;
  }
  return endWhenSettled(active, span, result);
}

/** Ends the span unless it has ended. Never throws. */
export function endOnce(span: Span): void {
  try {
    // A span that does not record needs no end; a span that `fn` has ended must not be ended again.
    if (span.isRecording()) span.end();
  } catch {
    // A span processor that throws must not fail the measured work.
  }
}

function endWithFailure(span: Span, error: unknown): void {
  recordFailure(span, error);
  endOnce(span);
}

function endWhenSettled<T>(active: Context, span: Span, result: T): T {
  if (result === null || (typeof result !== 'object' && typeof result !== 'function')) {
    endOnce(span);
    return result;
  }
  return whenSettled(
    result,
    (failure) => (failure === undefined ? endOnce(span) : endWithFailure(span, failure.error)),
    {
      run: (subscribe) => context.with(active, subscribe),
      bind: (handler) => context.bind(context.active(), handler),
    },
  );
}
