/**
 * From when a new series of a metric counts. Its start lies before its first recording, as far back as it certainly was 0:
 * at the last time that somebody read, which did not see it, or at the declaration; never before the end of an earlier
 * series with the same labels. A point that is read has then an interval before it, also where the series is made while
 * somebody reads (OpenTelemetry metrics data model, "Temporality": start times).
 */
export class SeriesStarts {
  readonly #options: SeriesStartsOptions;
  readonly #declaredMs: number;
  /** When series ended, by their labels; older ends than the last read do not matter, but for a metric with a start of its own. */
  readonly #ends = new Map<string, number>();
  /** Of those that are not kept apart. */
  #lastEndMs = Number.NEGATIVE_INFINITY;

  constructor(options: SeriesStartsOptions) {
    this.#options = options;
    this.#declaredMs = options.now();
  }

  /** Unix time in milliseconds. */
  startOf(values: readonly string[]): number {
    const { now, startTimeMs } = this.#options;
    const nowMs = now();
    const endMs = this.#ends.size === 0 ? undefined : this.#ends.get(JSON.stringify(values));
    const earliestMs = startTimeMs === undefined ? this.lastSeenMs : Math.min(startTimeMs, nowMs);
    const startMs = Math.max(earliestMs, this.#lastEndMs, endMs ?? Number.NEGATIVE_INFINITY);
    // Where the clock was set back, what was read before it is no bound any more.
    return startMs - nowMs >= CLOCK_STEP_MS ? nowMs : startMs;
  }

  /** @param endMs when it was last what it had counted; now when left out */
  ended(values: readonly string[], endMs: number = this.#options.now()): void {
    this.#forgetOld();
    if (this.#ends.size >= MAX_ENDS) {
      for (const ms of this.#ends.values()) this.#lastEndMs = Math.max(this.#lastEndMs, ms);
      this.#ends.clear();
    }
    const key = JSON.stringify(values);
    this.#ends.delete(key); // to the end of the order
    this.#ends.set(key, endMs);
  }

  /** When a series that does not exist yet was last seen to count nothing. */
  get lastSeenMs(): number {
    return Math.max(this.#declaredMs, this.#options.lastReadMs());
  }

  #forgetOld(): void {
    if (this.#options.startTimeMs !== undefined) return;
    const { lastSeenMs } = this;
    for (const [key, ms] of this.#ends) {
      if (ms > lastSeenMs) return; // in order, so that all after it are newer
      this.#ends.delete(key);
    }
  }
}

export interface SeriesStartsOptions {
  readonly now: () => number;
  /** When somebody last read the collector. */
  readonly lastReadMs: () => number;
  /** As it was declared. */
  readonly startTimeMs: number | undefined;
}

/** How many ended series are kept apart; beyond it the newest end counts for all. */
const MAX_ENDS = 1000;

/** A clock that goes back by less is only imprecise. */
export const CLOCK_STEP_MS = 1000;

/** A microsecond: Unix milliseconds in a double still resolve it. */
export const SMALLEST_STEP_MS = 0.001;
