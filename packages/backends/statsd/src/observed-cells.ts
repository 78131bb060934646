import type { ExponentialBuckets, HistogramPoint } from '@sightline/core/backend';

/** Observations that are sent as one value, in ascending order of their values. */
export interface Cell {
  readonly value: number;
  readonly count: number;
}

/**
 * The observations of a point, each bucket's at one value within the bucket. All are placed at the same share of their
 * bucket's width, which is chosen such that they add up to the exact sum. From the exponential side where it saw
 * everything, else from the explicit buckets.
 */
export function observedCells(point: HistogramPoint): Cell[] {
  const { exponential, count, sum } = point;
  const ranges = exponential?.count === count ? exponentialRanges(exponential) : explicitRanges(point);
  return placed(ranges, sum);
}

/** Observations between two bounds. The outermost explicit buckets are open: their known bound is both. */
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
  // Extremes are known where the series began within the window.
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
    // A foreign source may count in fractions.
    const whole = Math.round(inBucket);
    if (!(whole > 0)) return [];
    if (i === bounds.length) return [{ lower: last, upper: last, count: whole, isOpen: 'above' }];
    const upper = bounds[i] ?? last;
    if (i > 0) return [{ lower: bounds[i - 1] ?? upper, upper, count: whole }];
    // As PromQL takes it: what is below a positive bound begins at 0.
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
  // What lies beyond all bounds is only known by its sum.
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
