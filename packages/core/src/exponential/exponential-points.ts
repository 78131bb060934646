import type { ExponentialBuckets, ExponentialPoint } from '../store/family-snapshot.js';
import { downscaledBuckets, MAX_BUCKETS } from './exponential-histogram.js';

/**
 * What was recorded between two points of one series: at the coarser of the two scales, without minimum and maximum, which
 * cannot be subtracted. A later point that holds less than the earlier one is a restart and is returned as it is.
 */
export function subtractExponential(later: ExponentialPoint, earlier: ExponentialPoint | undefined): ExponentialPoint {
  if (earlier === undefined || earlier.count === 0) return later;
  const scale = Math.min(later.scale, earlier.scale);
  const now = downscaledExponential(later, scale);
  const was = downscaledExponential(earlier, scale);
  const positive = subtractBuckets(now.positive, was.positive);
  const negative = subtractBuckets(now.negative, was.negative);
  const zeroCount = now.zeroCount - was.zeroCount;
  if (positive === undefined || negative === undefined || zeroCount < 0) return later;
  return {
    scale,
    count: now.count - was.count,
    sum: now.sum - was.sum,
    min: Number.NaN,
    max: Number.NaN,
    zeroCount,
    positive,
    negative,
    startTimeMs: later.startTimeMs,
  };
}

/** The observations of both, at the coarser of the two scales. */
export function addExponential(a: ExponentialPoint, b: ExponentialPoint): ExponentialPoint {
  let scale = Math.min(a.scale, b.scale);
  while (
    !fits(a.positive, b.positive, a.scale, b.scale, scale) ||
    !fits(a.negative, b.negative, a.scale, b.scale, scale)
  )
    scale--;
  const left = downscaledExponential(a, scale);
  const right = downscaledExponential(b, scale);
  return {
    scale,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Number.isNaN(a.min) ? b.min : Number.isNaN(b.min) ? a.min : Math.min(a.min, b.min),
    max: Number.isNaN(a.max) ? b.max : Number.isNaN(b.max) ? a.max : Math.max(a.max, b.max),
    zeroCount: a.zeroCount + b.zeroCount,
    positive: addBuckets(left.positive, right.positive),
    negative: addBuckets(left.negative, right.negative),
    startTimeMs: Math.min(a.startTimeMs, b.startTimeMs),
  };
}

/** The same observations at a coarser scale. */
export function downscaledExponential(point: ExponentialPoint, scale: number): ExponentialPoint {
  const halvings = point.scale - scale;
  if (halvings <= 0) return point;
  return {
    ...point,
    scale,
    positive: downscaledBuckets(point.positive, halvings),
    negative: downscaledBuckets(point.negative, halvings),
  };
}

/**
 * The value at rank ceil(q * count): the geometric middle of its bucket, within min and max if they are known. It differs from
 * the exact order statistic by at most `quantileError(scale)`.
 * @param q 0 to 1
 * @returns NaN for a point without observations
 */
export function quantileOf(point: ExponentialPoint, q: number): number {
  if (point.count === 0) return Number.NaN;
  const rank = Math.min(point.count, Math.max(1, Math.ceil(q * point.count)));
  if (rank === 1 && !Number.isNaN(point.min)) return point.min;
  if (rank === point.count && !Number.isNaN(point.max)) return point.max;
  const value = valueAtRank(point, rank);
  return Math.min(
    Number.isNaN(point.max) ? value : point.max,
    Math.max(Number.isNaN(point.min) ? value : point.min, value),
  );
}

/** The largest relative error of `quantileOf` at a scale: half a bucket's width, 2^(2^-scale / 2) - 1. */
export function quantileError(scale: number): number {
  return 2 ** (2 ** -scale / 2) - 1;
}

/** The upper bound of the bucket with this index: 2^((index + 1) * 2^-scale). */
export function bucketUpperBound(index: number, scale: number): number {
  return 2 ** ((index + 1) * 2 ** -scale);
}

function valueAtRank({ scale, positive, negative, zeroCount }: ExponentialPoint, rank: number): number {
  let left = rank;
  for (let i = negative.counts.length - 1; i >= 0; i--) {
    left -= negative.counts[i] as number;
    if (left <= 0) return -middleOf(negative.offset + i, scale);
  }
  left -= zeroCount;
  if (left <= 0) return 0;
  for (let i = 0; i < positive.counts.length; i++) {
    left -= positive.counts[i] as number;
    if (left <= 0) return middleOf(positive.offset + i, scale);
  }
  return Number.NaN;
}

function middleOf(index: number, scale: number): number {
  return 2 ** ((index + 0.5) * 2 ** -scale);
}

/** Whether the buckets of both, downscaled to `scale`, span at most `MAX_BUCKETS`. */
function fits(a: ExponentialBuckets, b: ExponentialBuckets, scaleA: number, scaleB: number, scale: number): boolean {
  if (a.counts.length === 0 || b.counts.length === 0) return true;
  const first = Math.min(a.offset >> (scaleA - scale), b.offset >> (scaleB - scale));
  const last = Math.max(
    (a.offset + a.counts.length - 1) >> (scaleA - scale),
    (b.offset + b.counts.length - 1) >> (scaleB - scale),
  );
  return last - first < MAX_BUCKETS;
}

function addBuckets(a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets {
  if (a.counts.length === 0) return b;
  if (b.counts.length === 0) return a;
  const offset = Math.min(a.offset, b.offset);
  const end = Math.max(a.offset + a.counts.length, b.offset + b.counts.length);
  const counts = Array.from(
    { length: end - offset },
    (_, i) => (a.counts[offset + i - a.offset] ?? 0) + (b.counts[offset + i - b.offset] ?? 0),
  );
  return { offset, counts };
}

/** `undefined` if a count would become negative. */
function subtractBuckets(later: ExponentialBuckets, earlier: ExponentialBuckets): ExponentialBuckets | undefined {
  const counts = later.counts.slice();
  for (let i = 0; i < earlier.counts.length; i++) {
    const count = earlier.counts[i] as number;
    if (count === 0) continue;
    const at = earlier.offset + i - later.offset;
    const left = (counts[at] ?? 0) - count;
    if (left < 0) return undefined;
    counts[at] = left;
  }
  return trimmed({ offset: later.offset, counts });
}

function trimmed({ offset, counts }: ExponentialBuckets): ExponentialBuckets {
  const first = counts.findIndex((count) => count !== 0);
  if (first < 0) return { offset: 0, counts: [] };
  const last = counts.findLastIndex((count) => count !== 0);
  return { offset: offset + first, counts: counts.slice(first, last + 1) };
}
