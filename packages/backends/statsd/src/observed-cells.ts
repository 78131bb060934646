import type { ExponentialBuckets, HistogramPoint } from '@sightline/core/backend';

/** Observations that are sent as one value, in ascending order of their values. */
export interface Cell {
  readonly value: number;
  readonly count: number;
}

/**
 * The observations of a point: one value for each bucket. All values lie at the same relative position within their buckets, chosen so
 * that they add up to the exact sum. Uses the exponential histogram if it is complete, else the explicit buckets.
 */
export function observedCells(point: HistogramPoint): Cell[] {
  const { exponential, count, sum } = point;
  const ranges = exponential?.count === count ? exponentialRanges(exponential) : explicitRanges(point);
  return placed(ranges, sum);
}

/** Observations between two bounds. The outermost explicit buckets are open: both bounds are then the known one. */
interface Range {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  readonly isOpen?: 'below' | 'above';
}

function exponentialRanges(point: NonNullable<HistogramPoint['exponential']>): Range[] {
  const { scale, zeroCount, min, max } = point;
  const positive = bucketRanges(point.positive, scale);
  const negative = bucketRanges(point.negative, scale)
    .reverse()
    .map(({ lower, upper, count }) => ({ lower: -upper, upper: -lower, count }));
  const zero = zeroCount > 0 ? [{ lower: 0, upper: 0, count: zeroCount }] : [];
  // The minimum and maximum are known if the series began within the window.
  const within = (value: number): number =>
    Math.min(Number.isNaN(max) ? value : max, Math.max(Number.isNaN(min) ? value : min, value));
  return [...negative, ...zero, ...positive].map(({ lower, upper, count }) => ({
    lower: within(lower),
    upper: within(upper),
    count,
  }));
}

function bucketRanges({ offset, counts }: ExponentialBuckets, scale: number): Range[] {
  const bound = (index: number): number => Math.min(2 ** (index * 2 ** -scale), Number.MAX_VALUE);
  return counts.flatMap((count, i) =>
    count > 0 ? [{ lower: bound(offset + i), upper: bound(offset + i + 1), count }] : [],
  );
}

function explicitRanges({ bounds, bucketCounts, count, sum }: HistogramPoint): Range[] {
  const [first] = bounds;
  const last = bounds.at(-1);
  if (first === undefined || last === undefined) {
    const mean = sum / count;
    return [{ lower: mean, upper: mean, count }];
  }
  return bucketCounts.flatMap((inBucket, i): Range[] => {
    // External sources may have fractional counts.
    const whole = Math.round(inBucket);
    if (!(whole > 0)) return [];
    if (i === bounds.length) return [{ lower: last, upper: last, count: whole, isOpen: 'above' }];
    const upper = bounds[i] ?? last;
    if (i > 0) return [{ lower: bounds[i - 1] ?? upper, upper, count: whole }];
    // As in PromQL: the bucket below a positive bound starts at 0.
    return [first > 0 ? { lower: 0, upper, count: whole } : { lower: first, upper, count: whole, isOpen: 'below' }];
  });
}

function placed(ranges: readonly Range[], sum: number): Cell[] {
  const least = total(ranges, ({ lower }) => lower);
  const width = total(ranges, ({ lower, upper }) => upper - lower);
  const share = width > 0 ? Math.min(1, Math.max(0, (sum - least) / width)) : 0;
  const atShare = Number.isNaN(share) ? 0.5 : share;
  const cells = ranges.map(({ lower, upper, count, isOpen }) => ({
    value: lower + atShare * (upper - lower),
    count,
    isOpen,
  }));
  // For values beyond all bounds only the sum is known.
  const missing = sum - total(cells, ({ value }) => value);
  const open = cells.find(({ isOpen }) => isOpen === (missing > 0 ? 'above' : 'below'));
  return cells.map(({ value, count, isOpen }) => ({
    value:
      isOpen !== undefined && isOpen === open?.isOpen && Number.isFinite(missing) ? value + missing / count : value,
    count,
  }));
}

function total<T extends { readonly count: number }>(parts: readonly T[], numberOf: (part: T) => number): number {
  return parts.reduce((sum, part) => sum + part.count * numberOf(part), 0);
}
