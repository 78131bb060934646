/** Milliseconds that never go back, from any origin. */
export type MonotonicMs = () => number;

/**
 * Says with which probability the trace that begins now is to be sampled, so that no sliding second ever holds more than
 * `tracesPerSecond`, that nothing is lost while no sliding second brings more than that, and that of a longer burst all parts have
 * their share.
 */
export interface TraceBudget {
  /** Counts an arrival. 0 where the budget of the last second is spent. */
  arrive(): number;
  /** The trace that arrived last is sampled. */
  spend(): void;
}

export function traceBudget(tracesPerSecond: number, monotonicMs: MonotonicMs): TraceBudget {
  const capacity = Math.max(1, Math.floor(tracesPerSecond));
  // Less than one per second is one in a longer time.
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

// Of the window. The estimate of the rate has to forget a burst well within two seconds, and to be steady at the limit.
const RATE_TIME_CONSTANT = 0.3;

// The room that keeps the hard cap from being met by chance, and with it the probability from being anything but true.
const USABLE_SHARE = 0.92;

/**
 * In the last tenth of the budget the probability falls with what is left. Below that it does not follow what is left, or the gap
 * after the first instant of a burst would come back as an echo in every second.
 */
const RESTORING_FORCE = 10;

/** A ring of the last `capacity` times. */
function recentTimes(capacity: number, windowMs: number) {
  const times = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
  let next = 0; // the oldest
  let expired = 0; // how many of the oldest are known to be out of the window
  // A nanosecond less, so that arrivals spaced exactly by a fraction that has no finite binary form are not one too many.
  const isOut = (time: number, nowMs: number): boolean => nowMs - time >= windowMs - 1e-6;
  expired = capacity;
  return {
    add(nowMs: number): void {
      times[next] = nowMs;
      next = next + 1 === capacity ? 0 : next + 1;
      if (expired > 0) expired--;
    },
    isFull: (nowMs: number): boolean => !isOut(times[next] ?? 0, nowMs),
    /** How many lie in the window that ends now. Each time is passed over once. */
    count(nowMs: number): number {
      while (expired < capacity && isOut(times[(next + expired) % capacity] ?? 0, nowMs)) expired++;
      return capacity - expired;
    },
  };
}

/** A clock that is set back stands still for that long and then goes on at its own pace. */
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
