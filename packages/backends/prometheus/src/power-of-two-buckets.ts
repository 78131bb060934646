import { quantileBuckets } from '@sightline/core';
import type { ExponentialBuckets, ExponentialPoint } from '@sightline/core/backend';

/** Explicit bounds for an exponential histogram: 0, then powers of two. */
export interface PowerOfTwoBuckets {
  readonly bounds: readonly number[];
  /** How many observations of `point` are at or below each bound. */
  cumulated(point: ExponentialPoint): number[];
}

/**
 * Bounds for a histogram that was declared without buckets. They depend on its unit only, because sums over series and processes need
 * equal bounds. If a point's scale is too coarse, the bucket that contains a bound counts as below it. So counts at a bound never fall
 * when the scale becomes coarser.
 */
export function powerOfTwoBuckets(unit: string | undefined): PowerOfTwoBuckets {
  const range = quantileBuckets(unit).filter((bound) => bound > 0);
  const lowest = Math.floor(Math.log2(range[0] ?? 1));
  const highest = Math.ceil(Math.log2(range.at(-1) ?? 1));
  const exponents = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i);
  return {
    bounds: [0, ...exponents.map((exponent) => 2 ** exponent)],
    cumulated(point) {
      const atZero = sumOf(point.negative.counts) + point.zeroCount;
      const upToExponents = cumulatedAt(
        point.positive,
        exponents.map((exponent) => exponent * 2 ** point.scale),
      );
      return [atZero, ...upToExponents.map((count) => atZero + count)];
    },
  };
}

/** Counts in all buckets whose index is below each of `ends`, which ascend. */
function cumulatedAt({ offset, counts }: ExponentialBuckets, ends: readonly number[]): number[] {
  let total = 0;
  let next = 0;
  return ends.map((end) => {
    for (; next < counts.length && offset + next < end; next++) total += counts[next] ?? 0;
    return total;
  });
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
