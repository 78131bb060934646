import { errorType } from '@sightline/tracing';
import type { RunStatus } from './run-statuses.js';

/** Whether what a run threw is a failure, and which error says why. */
export interface RunEnd {
  readonly status: Extract<RunStatus, 'failed' | 'cancelled'>;
  readonly error: unknown;
}

/**
 * An abort is a cancellation, and no error, unless a time-out was what aborted: Node.js' own functions reject with an `AbortError`
 * either way, whose cause is the signal's reason.
 */
export function runEnd(error: unknown, signal: AbortSignal | undefined): RunEnd {
  if (signal?.aborted !== true) return { status: 'failed', error };
  const reason: unknown = signal.reason;
  if (error !== reason && errorType(error) !== 'AbortError') return { status: 'failed', error };
  return { status: errorType(reason) === 'TimeoutError' ? 'failed' : 'cancelled', error: reason };
}
