import { type Clock, errorText, isThenable, valueText } from '@sightline/base';
import type { Diagnostics } from '../store/diagnostics.js';

export interface CollectionsOptions {
  readonly clock: Clock;
  readonly diagnostics: Diagnostics;
  /** Readers that ask within this time share one collection, in milliseconds. */
  readonly collectionIntervalMs: number;
  readonly timeoutMs: number;
}

/** One callback or included source that a collection runs. */
export interface CollectTask {
  /** Names the task in warnings and counts. */
  readonly source: string;
  /** Minimum time between two runs, in milliseconds. Default: the collection interval. */
  readonly intervalMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
  run(): unknown;
}

/**
 * Runs collect callbacks and included sources. Readers share a collection. Each task has its own deadline and never runs
 * while its last run is pending. A failure is counted; the other tasks go on.
 */
export class Collections {
  readonly #options: CollectionsOptions;
  readonly #tasks = new Map<CollectTask, { lastRunMs: number; isPending: boolean }>();
  #lastCollectionMs = Number.NEGATIVE_INFINITY;
  #running: Promise<unknown> | undefined;

  constructor(options: CollectionsOptions) {
    this.#options = options;
  }

  add(task: CollectTask): () => void {
    this.#tasks.set(task, { lastRunMs: Number.NEGATIVE_INFINITY, isPending: false });
    this.#lastCollectionMs = Number.NEGATIVE_INFINITY; // the next read must include the new task
    return () => void this.#tasks.delete(task);
  }

  /** Resolves when the current collection is over. Never rejects. A task that reads while it runs gets the numbers as they are. */
  async run(): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#running === undefined && nowMs - this.#lastCollectionMs >= this.#options.collectionIntervalMs) {
      this.#lastCollectionMs = nowMs;
      this.#running = Promise.resolve(); // for a task that reads while it starts
      const runs = this.#startAll(nowMs);
      this.#running = undefined;
      if (runs.length > 0) {
        this.#running = Promise.all(runs).then(() => {
          this.#running = undefined;
        });
      }
    }
    await this.#running;
  }

  #startAll(nowMs: number): Promise<void>[] {
    const runs: Promise<void>[] = [];
    // A copy: a task may declare its own metric again. That replaces the task, and the loop would never end.
    for (const [task, state] of [...this.#tasks]) {
      if (!this.#tasks.has(task)) continue;
      if (nowMs - state.lastRunMs < (task.intervalMs ?? this.#options.collectionIntervalMs)) continue;
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

  /** @returns `undefined` if the task was synchronous */
  #start(task: CollectTask, state: { isPending: boolean }): Promise<void> | undefined {
    const fail = (error: unknown) => this.#failed(task, 'error', `failed with ${errorText(error)}`);
    let result: unknown;
    try {
      result = task.run();
      if (!isThenable(result)) return undefined;
    } catch (error) {
      fail(error);
      return undefined;
    }
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
        .catch(fail)
        .finally(() => {
          state.isPending = false;
          timer.cancel();
          resolve();
        });
    });
  }

  #failed(task: CollectTask, reason: 'error' | 'timeout', what: string): void {
    this.#options.diagnostics.notCollected(
      task.source,
      reason,
      () => `Collecting ${valueText(task.source)} ${what}; its numbers stay as they were.`,
    );
  }
}
