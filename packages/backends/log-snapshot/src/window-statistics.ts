import { type ExponentialPoint, type HistogramPoint, quantileOf, type SummaryPoint } from '@sightline/core/backend';

/** The statistics of a window. Without observations there is only the count. */
export interface WindowStatistics {
  count: number;
  mean?: number;
  /** `p50`, `p95`, `p99`; for a summary those that it has. */
  [quantile: `p${number}`]: number;
  max?: number;
}

/**
 * @param point the difference between start and end of the window
 * @param maxEver the largest value since the series began, if known
 */
export function histogramStatistics(point: HistogramPoint, maxEver: number | undefined): WindowStatistics {
  const { count, sum } = point;
  if (!(count > 0)) return { count: 0 };
  const max = windowMax(point, maxEver);
  const quantile = quantilesOf(point, max);
  return {
    count,
    mean: sum / count,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    ...(max === undefined ? {} : { max }),
  };
}

export function summaryStatistics({ count, sum, quantiles }: SummaryPoint): WindowStatistics {
  if (!(count > 0)) return { count: 0 };
  const statistics: WindowStatistics = { count, mean: sum / count };
  for (const { quantile, value } of quantiles) {
    // 0.999 * 100 is 99.9 and something.
    if (!Number.isNaN(value)) statistics[`p${Number((quantile * 100).toPrecision(12))}`] = value;
  }
  return statistics;
}

/** Quantiles of a window: from the exponential histogram if it is complete for the window, else from the buckets. */
export function quantilesOf(point: HistogramPoint, max: number | undefined): (q: number) => number {
  const { exponential } = point;
  if (exponential === undefined || exponential.count < point.count) return (q) => bucketQuantile(point, q);
  return (q) => Math.min(quantileOf(exponential, q), max ?? Number.POSITIVE_INFINITY);
}

/**
 * The upper bound of the highest bucket with observations, or the largest value ever if that is less. `undefined` if there is no
 * bound.
 */
export function windowMax(point: HistogramPoint, maxEver: number | undefined): number | undefined {
  const { exponential, bounds, bucketCounts, count } = point;
  let bound: number | undefined;
  if (exponential !== undefined && exponential.count >= count) bound = exponentialMax(exponential);
  else bound = bounds[bucketCounts.findLastIndex((inBucket) => inBucket > 0)];
  if (bound === undefined || Number.isNaN(bound)) return maxEver;
  return maxEver === undefined ? bound : Math.min(bound, maxEver);
}

function exponentialMax({ scale, positive, negative, zeroCount, max }: ExponentialPoint): number {
  // Known if the series began within the window.
  if (!Number.isNaN(max)) return max;
  const highest = positive.counts.findLastIndex((count) => count > 0);
  if (highest >= 0) return 2 ** ((positive.offset + highest + 1) * 2 ** -scale);
  if (zeroCount > 0) return 0;
  // Negative buckets hold absolute values: the lower edge of the one nearest to zero is the bound.
  const lowest = negative.counts.findIndex((count) => count > 0);
  return lowest >= 0 ? -(2 ** ((negative.offset + lowest) * 2 ** -scale)) : Number.NaN;
}

/** As Prometheus' histogram_quantile: linear within a bucket, and the last bound for values above all bounds. */
function bucketQuantile({ bounds, bucketCounts, count, sum }: HistogramPoint, q: number): number {
  if (bounds.length === 0) return sum / count;
  const rank = q * count;
  let below = 0;
  for (const [i, upper] of bounds.entries()) {
    const inBucket = bucketCounts[i] ?? 0;
    if (inBucket > 0 && below + inBucket >= rank) {
      const lower = bounds[i - 1] ?? Math.min(0, upper);
      return lower + (upper - lower) * ((rank - below) / inBucket);
    }
    below += inBucket;
  }
  return bounds.at(-1) ?? Number.NaN;
}
