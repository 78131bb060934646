import { decades, longTimes, scaled, shares } from './bucket-series.js';
import { bytesIn, unitsPerSecond } from './units.js';

/**
 * Upper bounds for quantiles over several instances (`histogram_quantile` of a sum by `le`): finer and wider than
 * `defaultBuckets`, and also by the unit only. Neighbours differ by a third to a half for most durations, else by a factor of 2 to
 * 2.5. Without a unit they range from 0.001 to 1e9.
 */
export function quantileBuckets(unit: string | undefined): readonly number[] {
  if (unit === undefined) return decades(-3, 9, steps);
  const perSecond = unitsPerSecond(unit);
  if (perSecond !== undefined) return perSecond < 1 ? longTimes : scaled(seconds, perSecond);
  const bytes = bytesIn(unit);
  if (bytes !== undefined) return scaled(decades(1, 9, steps), 1 / bytes);
  return shares(unit) ?? decades(0, 7, steps);
}

const steps: readonly number[] = [1, 2, 5];

/** A tenth of a millisecond to a minute. */
const seconds: readonly number[] = [
  ...[0.0001, 0.0002, 0.0005],
  ...[0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075],
  ...[0.01, 0.015, 0.02, 0.03, 0.05, 0.075],
  ...[0.1, 0.15, 0.2, 0.3, 0.5, 0.75],
  ...[1, 1.5, 2, 3, 5, 7.5],
  ...[10, 15, 30, 60],
];
