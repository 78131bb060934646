/** Monotonic milliseconds, from any origin. */
export type MonotonicMs = () => number;

/**
 * Computes the probability for sampling the trace that begins now. No sliding second has more than `tracesPerSecond` sampled
 * traces; all traces are sampled up to that rate; every part of a longer burst gets its share.
 */
export interface TraceBudget {
  /** Counts an arrival and returns its probability; 0 if the budget of the last second is spent. */
  arrive(): number;
  /** Counts the latest arrival as sampled. */
  spend(): void;
}

export function traceBudget(tracesPerSecond: number, monotonicMs: MonotonicMs): TraceBudget {
  const capacity = Math.max(1, Math.floor(tracesPerSecond));
  // Less than one per second means one in a longer window.
  const windowMs = 1000 / Math.min(1, tracesPerSecond);
  const now = forwardOnly(monotonicMs);
  const arrivals = recentTimes(capacity, windowMs);
  const sampled = recentTimes(capacity, windowMs);
  let arrivedPerMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let nowMs = 0;

  return {
    arrive() {
      nowMs = now();
      arrivedPerMs = arrivedPerMs * Math.exp((lastMs - nowMs) / (RATE_TIME_CONSTANT * windowMs));
      arrivedPerMs += 1 / (RATE_TIME_CONSTANT * windowMs);
      lastMs = nowMs;
      const isQuiet = !arrivals.isFull(nowMs);
      arrivals.add(nowMs);
      if (isQuiet) return 1;
      const share = capacity / windowMs / arrivedPerMs;
      const left = 1 - sampled.count(nowMs) / capacity;
      return left <= 0 ? 0 : Math.min(1, share * Math.min(USABLE_SHARE, RESTORING_FORCE * left));
    },
    spend: () => sampled.add(nowMs),
  };
}

// Share of the window. The estimated rate must forget a burst well within two seconds, and be steady at the limit.
const RATE_TIME_CONSTANT = 0.3;

// Leaves room below the hard cap: if chance reached the cap, the recorded probability would be wrong.
const USABLE_SHARE = 0.92;

/**
 * In the last tenth of the budget the probability falls with the rest of the budget. Before that it does not depend on the rest,
 * or the gap after the first instant of a burst would repeat in every second.
 */
const RESTORING_FORCE = 10;

/** A ring of the last `capacity` times. */
function recentTimes(capacity: number, windowMs: number) {
  const times = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
  let next = 0; // the oldest
  let expired = 0; // the oldest times that are known to be out of the window
  // A nanosecond less: evenly spaced arrivals at exactly the limit must not exceed it by rounding.
  const isOut = (time: number, nowMs: number): boolean => nowMs - time >= windowMs - 1e-6;
  expired = capacity;
  return {
    add(nowMs: number): void {
      times[next] = nowMs;
      next = next + 1 === capacity ? 0 : next + 1;
      if (expired > 0) expired--;
    },
    isFull: (nowMs: number): boolean => !isOut(times[next] ?? 0, nowMs),
    /** Times in the window that ends now. Skips each expired time once. */
    count(nowMs: number): number {
      while (expired < capacity && isOut(times[(next + expired) % capacity] ?? 0, nowMs)) expired++;
      return capacity - expired;
    },
  };
}

/** A clock that stands still while the given one goes back, and then goes on. */
function forwardOnly(monotonicMs: MonotonicMs): MonotonicMs {
  let last = Number.NaN;
  let elapsed = 0;
  return () => {
    const read = monotonicMs();
    if (read > last) elapsed += read - last;
    if (Number.isFinite(read)) last = read;
    return elapsed;
  };
}
