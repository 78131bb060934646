import { type Clock, type Log, safeLog } from '@sightline/base';

/** Logs unexpected errors, each kind once a minute at most: a page asks every second. */
export class FaultLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #lastMs = new Map<string, number>();

  constructor(log: Log, clock: Clock) {
    this.#log = safeLog(log);
    this.#clock = clock;
  }

  /** @param what the subject of the line, such as `The answer of "traces"` */
  failed(what: string, error: unknown): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - (this.#lastMs.get(what) ?? Number.NEGATIVE_INFINITY) < MINUTE_MS) return;
    if (this.#lastMs.size >= MAX_KINDS) this.#lastMs.clear();
    this.#lastMs.set(what, nowMs);
    this.#log.warn({ err: error }, `[live] ${what} failed. The service itself is not affected.`);
  }
}

const MINUTE_MS = 60_000;
const MAX_KINDS = 100;
