import { bucketUpperBound } from '@sightline/core/backend';

// Exponential buckets as whole numbers in the order of their values: negative ones, 0 for the zero bucket, positive ones.

/** @param index of the bucket, at its scale */
export function exponentialKey(index: number, sign: 1 | -1): number {
  return sign * (Math.max(-MAX_INDEX, Math.min(MAX_INDEX, index)) + MIDDLE);
}

/** The key of the bucket that holds this one and its neighbour, one scale down. */
export function halvedKey(key: number): number {
  if (key === 0) return 0;
  return key > 0 ? exponentialKey((key - MIDDLE) >> 1, 1) : exponentialKey((-key - MIDDLE) >> 1, -1);
}

/** What a bucket holds: values above `lower`, up to and including `upper`. */
export function rangeOfKey(key: number, scale: number): { readonly lower: number; readonly upper: number } {
  if (key === 0) return { lower: 0, upper: 0 };
  const index = Math.abs(key) - MIDDLE;
  const inner = bucketUpperBound(index - 1, scale);
  const outer = bucketUpperBound(index, scale);
  return key > 0 ? { lower: inner, upper: outer } : { lower: -outer, upper: -inner };
}

const MIDDLE = 1_000_000;
/** Doubles have indexes within 5000 at the finest scale that the history has: others are of a sender that is wrong. */
const MAX_INDEX = 100_000;
