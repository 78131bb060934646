import type { Clock } from '@sightline/base';

/**
 * The start times of a metric's series. A series starts before its first recording: at the last read, which did not see it,
 * or at the declaration, but never before the end of an earlier series with the same labels. So every point has an interval,
 * even if its series is made during a read (OpenTelemetry metrics data model, "Temporality": start times).
 */
export class SeriesStartTimes {
  readonly #options: SeriesStartTimesOptions;
  readonly #declaredMs: number;
  /** When series ended, by their labels. Ends before the last read matter only for a metric that declares its start. */
  readonly #ends = new Map<string, number>();
  /** The latest end of the series that are not in `#ends`. */
  #lastEndMs = 0;

  constructor(options: SeriesStartTimesOptions) {
    this.#options = options;
    this.#declaredMs = options.clock.now();
  }

  /** Unix time in milliseconds. */
  startOf(values: readonly string[]): number {
    const { clock, startTimeMs } = this.#options;
    const nowMs = clock.now();
    const endMs = this.#ends.size === 0 ? 0 : (this.#ends.get(JSON.stringify(values)) ?? 0);
    const earliestMs = startTimeMs === undefined ? this.lastSeenMs : Math.min(startTimeMs, nowMs);
    const startMs = Math.max(earliestMs, this.#lastEndMs, endMs);
    // If the clock was set back, an earlier read is no bound any more.
    return startMs - nowMs >= CLOCK_STEP_MS ? nowMs : startMs;
  }

  /** @param endMs when the series ended. Default: now */
  ended(values: readonly string[], endMs: number = this.#options.clock.now()): void {
    const key = JSON.stringify(values);
    this.#ends.delete(key); // so that it becomes the last in order
    this.#ends.set(key, endMs);
    for (const [old, ms] of this.#ends) {
      const isNeeded = this.#options.startTimeMs !== undefined || ms > this.lastSeenMs;
      if (isNeeded && this.#ends.size <= MAX_ENDS) return; // the map is in order: all further ends are newer
      if (isNeeded) this.#lastEndMs = Math.max(this.#lastEndMs, ms);
      this.#ends.delete(old);
    }
  }

  /** The last time at which a series that does not exist yet was certainly 0. */
  get lastSeenMs(): number {
    return Math.max(this.#declaredMs, this.#options.lastReadMs());
  }
}

export interface SeriesStartTimesOptions {
  readonly clock: Clock;
  /** When the collector was last read. */
  readonly lastReadMs: () => number;
  /** As it was declared. */
  readonly startTimeMs: number | undefined;
}

/** How many ended series are remembered. Beyond that, the newest end of the others counts for all others. */
const MAX_ENDS = 1000;

/** A clock that goes back by less is imprecise, not set back. */
export const CLOCK_STEP_MS = 1000;

/** A microsecond: Unix milliseconds in a double still resolve it. */
export const SMALLEST_STEP_MS = 0.001;
