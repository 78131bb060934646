import { vi } from 'vitest';

/** The time of `Date` and `performance` in a test, which only steps of a program move. */
export interface SteppedTime {
  /** Unix milliseconds when the program began. */
  readonly startMs: number;
  /** `performance.now()` at the same moment. */
  readonly monotonicStartMs: number;
  advance(ms: number): void;
  /** Back to the start. */
  reset(): void;
}

/** Takes over the clocks until `vi.restoreAllMocks()`. All of its times are exact in binary, so that sums of them are. */
export function steppedTime(): SteppedTime {
  const [startMs, monotonicStartMs] = [1_750_000_000_000, 50_000];
  let passedMs = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => startMs + passedMs);
  vi.spyOn(performance, 'now').mockImplementation(() => monotonicStartMs + passedMs);
  vi.spyOn(performance, 'timeOrigin', 'get').mockImplementation(() => startMs - monotonicStartMs);
  return {
    startMs,
    monotonicStartMs,
    advance(ms) {
      passedMs += ms;
    },
    reset() {
      passedMs = 0;
    },
  };
}
