import type { ReceivedExponential } from './backend-profile.js';

// Core adds and subtracts such histograms too. The kit checks the results, so it must not use the same code.

/** The sum of two exponential histograms, at the coarser of their scales. */
export function addExponential(a: ReceivedExponential, b: ReceivedExponential): ReceivedExponential {
  const scale = Math.min(a.scale, b.scale);
  const side = (name: 'positive' | 'negative'): Buckets =>
    merge(atScale(a[name], a.scale - scale), atScale(b[name], b.scale - scale));
  return { scale, zeroCount: a.zeroCount + b.zeroCount, positive: side('positive'), negative: side('negative') };
}

/** Each count with the bounds of its bucket, (lower, upper], by absolute value. */
export function* bucketsOf(
  { offset, counts }: Buckets,
  scale: number,
): Generator<{ lower: number; upper: number; count: number }> {
  const base = 2 ** (2 ** -scale);
  for (const [i, count] of counts.entries()) {
    if (count !== 0) yield { lower: base ** (offset + i), upper: base ** (offset + i + 1), count };
  }
}

type Buckets = ReceivedExponential['positive'];

function atScale({ offset, counts }: Buckets, steps: number): Buckets {
  const coarser = new Map<number, number>();
  counts.forEach((count, i) => {
    const index = Math.floor((offset + i) / 2 ** steps);
    coarser.set(index, (coarser.get(index) ?? 0) + count);
  });
  return dense(coarser);
}

function merge(a: Buckets, b: Buckets): Buckets {
  const merged = new Map(a.counts.map((count, i) => [a.offset + i, count]));
  b.counts.forEach((count, i) => {
    merged.set(b.offset + i, (merged.get(b.offset + i) ?? 0) + count);
  });
  return dense(merged);
}

function dense(counts: ReadonlyMap<number, number>): Buckets {
  const indexes = [...counts].filter(([, count]) => count !== 0).map(([index]) => index);
  if (indexes.length === 0) return { offset: 0, counts: [] };
  const offset = Math.min(...indexes);
  return {
    offset,
    counts: Array.from({ length: Math.max(...indexes) - offset + 1 }, (_, i) => counts.get(offset + i) ?? 0),
  };
}
