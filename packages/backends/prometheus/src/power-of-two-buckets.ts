import type { ExponentialBuckets, ExponentialPoint } from '@sightline/core';

/** Explicit bounds that an exponential histogram knows exactly: 0 where needed, then powers of two. */
export interface PowerOfTwoBuckets {
  readonly bounds: readonly number[];
  /** How many observations of `point` are at or below each bound. */
  cumulated(point: ExponentialPoint): number[];
}

/**
 * Bounds for a histogram that was declared without buckets, the same for all of its series, because sums over series
 * need the same bounds. Between two of them lie no observations that the text formats would tell apart; where the
 * range is so wide that more than `maxBounds` would be needed, every second, fourth, … power is taken.
 */
export function powerOfTwoBuckets(points: readonly ExponentialPoint[], maxBounds = 64): PowerOfTwoBuckets {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let step = 1;
  let hasZeroOrLess = false;
  for (const { scale, zeroCount, positive, negative } of points) {
    step = Math.max(step, 2 ** -scale);
    hasZeroOrLess ||= zeroCount > 0 || negative.counts.some((count) => count > 0);
    const used = usedRange(positive);
    if (used === undefined) continue;
    lowest = Math.min(lowest, Math.floor(used.first / 2 ** scale));
    highest = Math.max(highest, Math.ceil((used.last + 1) / 2 ** scale));
  }
  while ((highest - lowest) / step > maxBounds) step *= 2;
  const exponents = exponentsBetween(lowest, highest, step);
  const zero = hasZeroOrLess ? [0] : [];
  return {
    bounds: [...zero, ...exponents.map((exponent) => 2 ** exponent)],
    cumulated(point) {
      const atZero = sumOf(point.negative.counts) + point.zeroCount;
      const upToExponents = cumulatedAt(
        point.positive,
        exponents.map((exponent) => exponent * 2 ** point.scale),
      );
      return [...zero.map(() => atZero), ...upToExponents.map((count) => atZero + count)];
    },
  };
}

/** Multiples of `step`, one at or below `lowest` and one at or above `highest`; those that are no doubles left out. */
function exponentsBetween(lowest: number, highest: number, step: number): number[] {
  const exponents: number[] = [];
  if (!Number.isFinite(lowest)) return exponents;
  for (let exponent = Math.floor(lowest / step) * step; ; exponent += step) {
    if (exponent >= -1074 && exponent <= 1023) exponents.push(exponent);
    if (exponent >= highest) return exponents;
  }
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

function usedRange({ offset, counts }: ExponentialBuckets): { first: number; last: number } | undefined {
  const first = counts.findIndex((count) => count > 0);
  return first < 0 ? undefined : { first: offset + first, last: offset + counts.findLastIndex((count) => count > 0) };
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
