import { type Span, trace } from '@opentelemetry/api';
import { callThen } from '@sightline/base';
import { errorMessage, errorType } from './record-failure.js';

/**
 * Calls `fn`, and records its start, end, outcome and duration as events and attributes of the span.
 * @param given default: the active span
 */
export function describeCall<T>(name: string, given: Span | undefined, fn: () => T): T {
  const span = given ?? trace.getActiveSpan();
  if (span === undefined || !isRecording(span)) return fn();
  const startMs = performance.now();
  quietly(() => span.addEvent(`${name} started`));
  return callThen(fn, (failure) =>
    quietly(() => {
      span.setAttribute('duration_seconds', (performance.now() - startMs) / 1000);
      span.setAttribute('success', failure === undefined);
      if (failure === undefined) span.addEvent(`${name} completed`);
      else {
        span.setAttribute('error.type', errorType(failure.error));
        span.setAttribute('error.message', errorMessage(failure.error));
      }
    }),
  );
}

function isRecording(span: Span): boolean {
  try {
    return span.isRecording();
  } catch {
    return false; // a span of another SDK that throws
  }
}

function quietly(describe: () => void): void {
  try {
    describe();
  } catch {
    // A span of another SDK that throws must not fail the call that it describes.
  }
}
