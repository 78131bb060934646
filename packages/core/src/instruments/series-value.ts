import type { SeriesFamily } from '../store/series-family.js';
import type { HistogramValue } from './instruments.js';

/** What a row holds; `undefined` for row -1. */
export function valueIn({ slab, declaration }: SeriesFamily, row: number): number | HistogramValue | undefined {
  if (row < 0 || declaration.kind !== 'histogram') return slab.numbers[row];
  const [sum = 0, ...bucketCounts] = slab.numbers.subarray(row * slab.width, (row + 1) * slab.width);
  const count = bucketCounts.reduce((total, inBucket) => total + inBucket, 0);
  return { count, sum, bounds: declaration.buckets, bucketCounts };
}
