import { longTimes, scaled, shares } from './bucket-series.js';
import { bytesIn, unitsPerSecond } from './units.js';

/** Upper bounds in seconds for the latency of network services, as in prom-client. */
export const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const powersOfTen: readonly number[] = [1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

/**
 * Upper bounds for a histogram that declares none. They depend on the unit only, so that every process has the same:
 * latencies, sizes, shares, and counts for any other unit. Default unit: seconds.
 */
export function defaultBuckets(unit: string | undefined): readonly number[] {
  const perSecond = unitsPerSecond(unit);
  if (perSecond !== undefined) return perSecond < 1 ? longTimes : scaled(DEFAULT_BUCKETS, perSecond);
  const bytes = bytesIn(unit);
  if (bytes !== undefined) return scaled(powersOfTen, 100 / bytes); // from 100 bytes
  return shares(unit) ?? powersOfTen;
}
