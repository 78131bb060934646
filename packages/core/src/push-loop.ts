import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { DeadlineOptions } from './metrics-backend.js';

export interface PushLoopOptions {
  /** Names the loop in log lines: the backend's name. */
  name: string;
  /** Time between the starts of two pushes, in milliseconds. A push that takes longer delays the next one. */
  intervalMs: number;
  /**
   * Sends what there is. Never called while an earlier call is pending. Rejects when the peer could not be reached, which is
   * logged once until a push succeeds again.
   * @param deadline how long the push may take
   */
  push(deadline: DeadlineOptions): Promise<void>;
  /** What was lost during an outage, as the sentence for the log line when the peer returns. Asked then, and only then. */
  lossDuringOutage?: (() => string | undefined) | undefined;
  clock: Clock;
  log: Log;
  /** How long a regular push may take. Default: `intervalMs`. */
  timeoutMs?: number | undefined;
}

export interface PushLoop {
  start(): void;
  /** Waits for a push in flight, then pushes once more. Rejects with that push's error, or with a time-out after the deadline. Keeps the process alive meanwhile. */
  flush(deadline: DeadlineOptions): Promise<void>;
  /** Stops the timer and flushes; never rejects, a failure is logged. */
  stop(deadline: DeadlineOptions): Promise<void>;
}
