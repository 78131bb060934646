import { decades, longTimes, scaled, shares } from './bucket-series.js';
import { bytesIn, unitsPerSecond } from './units.js';

/** Upper bounds in seconds for the latency of network services, as in prom-client. */
export const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Upper bounds for a histogram that declares none, by its unit alone, so that every process has the same: latencies in
 * seconds or a smaller unit, sizes, shares, and for any other word a count of things. Without a unit seconds are meant.
 */
export function defaultBuckets(unit: string | undefined): readonly number[] {
  const perSecond = unitsPerSecond(unit);
  if (perSecond !== undefined) return perSecond < 1 ? longTimes : scaled(DEFAULT_BUCKETS, perSecond);
  const bytes = bytesIn(unit);
  if (bytes !== undefined) return scaled(decades(2, 9, [1]), 1 / bytes);
  return shares(unit) ?? decades(0, 7, [1]);
}
