import { type Clock, errorText, valueText } from '@sightline/base';
import type { Mistakes } from '../store/mistakes.js';

export interface ReadRoundsOptions {
  readonly clock: Clock;
  readonly mistakes: Mistakes;
  /** Readers that ask within this time share a round. */
  readonly roundIntervalMs: number;
  readonly timeoutMs: number;
}

/** One thing to run in a round. */
export interface RoundTask {
  /** Who is to blame in warnings and counts. */
  readonly source: string;
  /** Least time between two runs; the round interval when left out. */
  readonly intervalMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
  run(): unknown;
}

/**
 * Runs collect callbacks and included sources when somebody reads: once a round, shared by all readers, each under its
 * own deadline and never while its last run is pending. What fails is counted, and the rest of the round goes on.
 */
export class ReadRounds {
  readonly #options: ReadRoundsOptions;
  readonly #tasks = new Map<RoundTask, { lastRunMs: number; isPending: boolean }>();
  #lastRoundMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #isStarting = false;

  constructor(options: ReadRoundsOptions) {
    this.#options = options;
  }

  add(task: RoundTask): () => void {
    this.#tasks.set(task, { lastRunMs: Number.NEGATIVE_INFINITY, isPending: false });
    this.#lastRoundMs = Number.NEGATIVE_INFINITY; // the next reader wants the newcomer's numbers
    return () => void this.#tasks.delete(task);
  }

  /** Resolves when the current round is over; never rejects. A task that reads while it is called gets the numbers as they are. */
  run(): Promise<void> {
    if (this.#running !== undefined) return this.#running;
    if (this.#isStarting) return Promise.resolve();
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#lastRoundMs < this.#options.roundIntervalMs) return Promise.resolve();
    this.#lastRoundMs = nowMs;
    this.#isStarting = true;
    const runs = this.#startAll(nowMs);
    this.#isStarting = false;
    if (runs.length === 0) return Promise.resolve();
    this.#running = Promise.all(runs).then(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #startAll(nowMs: number): Promise<void>[] {
    const runs: Promise<void>[] = [];
    // A copy: a task may declare its own metric anew, which replaces the task, and the new one would be visited, too, without end.
    for (const [task, state] of [...this.#tasks]) {
      if (!this.#tasks.has(task)) continue;
      if (nowMs - state.lastRunMs < (task.intervalMs ?? this.#options.roundIntervalMs)) continue;
      if (state.isPending) {
        this.#failed(task, 'timeout', 'has not settled since an earlier read');
        continue;
      }
      state.lastRunMs = nowMs;
      const run = this.#start(task, state);
      if (run !== undefined) runs.push(run);
    }
    return runs;
  }

  /** @returns `undefined` where the task was done at once */
  #start(task: RoundTask, state: { isPending: boolean }): Promise<void> | undefined {
    let result: unknown;
    try {
      result = task.run();
    } catch (error) {
      this.#failed(task, 'error', `threw ${errorText(error)}`);
      return undefined;
    }
    if (result === null || typeof result !== 'object' || !('then' in result)) return undefined;
    state.isPending = true;
    const { clock } = this.#options;
    const timeoutMs = task.timeoutMs ?? this.#options.timeoutMs;
    return new Promise((resolve) => {
      const timer = clock.setTimer(() => {
        this.#failed(task, 'timeout', `did not settle within ${timeoutMs} ms`);
        resolve();
      }, timeoutMs);
      timer.unref();
      Promise.resolve(result)
        .catch((error: unknown) => this.#failed(task, 'error', `rejected with ${errorText(error)}`))
        .finally(() => {
          state.isPending = false;
          timer.cancel();
          resolve();
        });
    });
  }

  #failed(task: RoundTask, reason: 'error' | 'timeout', what: string): void {
    this.#options.mistakes.collectFailed(
      task.source,
      reason,
      () => `Collecting ${valueText(task.source)} ${what}; its numbers stay as they were.`,
    );
  }
}
