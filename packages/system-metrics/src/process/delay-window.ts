export interface DelaySummary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** All samples of the last `lengthMs` (3000 at 20 ms), so that statistics are exact. */
export class DelayWindow {
  readonly #lengthMs: number;
  readonly #timesMs: Float64Array;
  readonly #delays: Float64Array;
  #added = 0;

  constructor({ lengthMs, resolutionMs }: { lengthMs: number; resolutionMs: number }) {
    this.#lengthMs = lengthMs;
    const capacity = Math.ceil(lengthMs / resolutionMs) + 1;
    this.#timesMs = new Float64Array(capacity);
    this.#delays = new Float64Array(capacity);
  }

  add(timeMs: number, delay: number): void {
    const slot = this.#added++ % this.#delays.length;
    this.#timesMs[slot] = timeMs;
    this.#delays[slot] = delay;
  }

  /** `undefined` if the window holds no sample. */
  summary(nowMs: number): DelaySummary | undefined {
    const filled = Math.min(this.#added, this.#delays.length);
    const delays = this.#delays
      .subarray(0, filled)
      .filter((_, i) => (this.#timesMs[i] ?? 0) > nowMs - this.#lengthMs)
      .sort();
    if (delays.length === 0) return undefined;
    const rank = (quantile: number): number => delays[Math.max(0, Math.ceil(quantile * delays.length) - 1)] ?? 0;
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    const variance = delays.reduce((sum, delay) => sum + (delay - mean) ** 2, 0) / delays.length;
    return {
      min: rank(0),
      max: rank(1),
      mean,
      stddev: Math.sqrt(variance),
      p50: rank(0.5),
      p90: rank(0.9),
      p99: rank(0.99),
    };
  }
}
