import {
  type Clock,
  DeadlineError,
  type Log,
  messageOf,
  type OutageLog,
  outageLog,
  safeLog,
  type Timer,
  withDeadline,
} from '@sightline/base';
import type { DeadlineOptions } from './metrics-backend.js';

export interface PushLoopOptions {
  /** Names the loop in log lines: the backend's name. */
  name: string;
  /** Time between the starts of two pushes, in milliseconds. A push that takes longer delays the next one. */
  intervalMs: number;
  /**
   * Sends the numbers. Never called while an earlier call is pending. Rejects if the peer cannot be reached; that is logged
   * once until a push succeeds again.
   * @param deadline the maximum time of the push
   */
  push(deadline: DeadlineOptions): Promise<void>;
  /** Returns what an outage lost, as a sentence for the log line. Called only when the peer is back. */
  lossDuringOutage?: (() => string | undefined) | undefined;
  clock: Clock;
  log: Log;
  /** Maximum time of a regular push, in milliseconds. Default: `intervalMs`. */
  timeoutMs?: number | undefined;
}

export interface PushLoop {
  start(): void;
  /** Waits for a push in flight, then pushes once more. Rejects with that push's error, or after the deadline. Keeps the process alive until then. */
  flush(deadline: DeadlineOptions): Promise<void>;
  /** Stops the timer and flushes. Never rejects: a failure is logged. */
  shutdown(deadline: DeadlineOptions): Promise<void>;
}

/**
 * Calls `push` at an interval, never twice at once. The timer does not keep the process alive while idle. A push that fails
 * is logged once as an outage, and once more when the peer is back.
 */
export function pushLoop(options: PushLoopOptions): PushLoop {
  return new Loop(options);
}

class Loop implements PushLoop {
  readonly #options: PushLoopOptions;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isShutDown = false;
  readonly #outage: OutageLog;

  constructor(options: PushLoopOptions) {
    const { name, clock, log } = options;
    this.#options = { ...options, log: safeLog(log) };
    this.#outage = outageLog({ subject: name, what: 'Pushing', fields: { backend: name }, clock, log });
  }

  start(): void {
    if (!this.#isShutDown && this.#timer === undefined) this.#schedule(this.#options.clock.monotonicMs());
  }

  async flush({ timeoutMs }: DeadlineOptions): Promise<void> {
    const { clock, name } = this.#options;
    const untilMs = clock.monotonicMs() + timeoutMs;
    const pushed = (async () => {
      // A running push may not include what was recorded since it began.
      while (this.#running !== undefined) await this.#running.catch(() => {});
      await this.#push(Math.max(0, untilMs - clock.monotonicMs()));
    })();
    await withDeadline(pushed, timeoutMs, `[core] Flushing "${name}"`, clock);
  }

  async shutdown(deadline: DeadlineOptions): Promise<void> {
    const { name, log } = this.#options;
    this.#isShutDown = true;
    this.#timer?.cancel();
    try {
      await this.flush(deadline);
    } catch (error) {
      // Any other failure was logged when the push was tried.
      if (error instanceof DeadlineError)
        log.warn({ backend: name, err: error }, `[${name}] The last push: ${error.message}`);
    }
  }

  #schedule(lastMs: number): void {
    const { clock, intervalMs, timeoutMs = intervalMs } = this.#options;
    const dueMs = lastMs + intervalMs;
    this.#timer = clock.setTimer(
      () => {
        if (this.#running !== undefined) return this.#reschedule(dueMs);
        this.#push(timeoutMs)
          .catch(() => {})
          .finally(() => this.#reschedule(dueMs));
      },
      Math.max(0, dueMs - clock.monotonicMs()),
    );
    this.#timer.unref();
  }

  /** Keeps the rhythm. Intervals that a slow push or a sleeping machine missed are skipped, not repeated. */
  #reschedule(dueMs: number): void {
    if (this.#isShutDown) return;
    const { clock, intervalMs } = this.#options;
    const missed = Math.max(0, Math.floor((clock.monotonicMs() - dueMs) / intervalMs));
    this.#schedule(dueMs + missed * intervalMs);
  }

  #push(timeoutMs: number): Promise<void> {
    const running = this.#attempt(timeoutMs).finally(() => {
      this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #attempt(timeoutMs: number): Promise<void> {
    try {
      await this.#options.push({ timeoutMs });
    } catch (error) {
      this.#outage.failed(messageOf(error), error);
      throw error;
    }
    this.#outage.worked(() => this.#options.lossDuringOutage?.() ?? 'Nothing was lost.');
  }
}
