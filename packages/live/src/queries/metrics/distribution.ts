import { rangeOfKey } from '../../store/metrics/bucket-keys.js';
import type { HistogramLine } from '../../store/metrics/histogram-line.js';
import type { LineIncreases } from './line-cells.js';

/** Observations by bucket and cell, of several lines together. */
export interface Distribution {
  /** Upper bounds, ascending; the last bucket has none and is not among them. */
  readonly bounds: readonly number[];
  /** Per cell: one more than bounds. */
  readonly counts: readonly Float64Array[];
}

/**
 * Adds up lines that may have different buckets: between all of their bounds, where a wider bucket is spread evenly over narrower ones.
 * @returns `undefined` if no line has buckets
 */
export function distributionOf(
  lines: ReadonlyArray<{ readonly line: HistogramLine; readonly increases: LineIncreases }>,
  cells: number,
): Distribution | undefined {
  const withBuckets = lines.filter(({ line }) => line.buckets !== undefined && line.bounds?.length !== 0);
  if (withBuckets.length === 0) return undefined;
  const bounds = commonBounds(withBuckets.map(({ line }) => line));
  const counts = Array.from({ length: cells }, () => new Float64Array(bounds.length + 1));
  for (const { line, increases } of withBuckets) {
    for (const [bucket, column] of increases.buckets) {
      const shares = sharesOf(line, bucket, bounds);
      for (let cell = 0; cell < cells; cell++) {
        const count = column[cell] as number;
        if (count === 0) continue;
        const into = counts[cell] as Float64Array;
        for (const [at, share] of shares) into[at] = (into[at] as number) + share * count;
      }
    }
  }
  return { bounds, counts };
}

/** The sum of all cells. */
export function wholeDistribution({ bounds, counts }: Distribution): Distribution {
  const whole = new Float64Array(bounds.length + 1);
  for (const cell of counts)
    for (let i = 0; i < whole.length; i++) whole[i] = (whole[i] as number) + (cell[i] as number);
  return { bounds, counts: [whole] };
}

/**
 * A quantile, interpolated within its bucket. What is above the last bound is said to be at it: more is not known.
 * @returns `null` without observations
 */
export function quantileIn(bounds: readonly number[], counts: Float64Array, q: number): number | null {
  let total = 0;
  for (const count of counts) total += count;
  if (!(total > 0)) return null;
  let left = q * total;
  for (let i = 0; i < bounds.length; i++) {
    const count = counts[i] as number;
    const upper = bounds[i] as number;
    if (count > 0 && left <= count) {
      const lower = i === 0 ? Math.min(0, upper) : (bounds[i - 1] as number);
      return lower + (upper - lower) * Math.max(0, left / count);
    }
    left -= count;
  }
  return bounds.at(-1) ?? null;
}

/** A distribution with at most so many bounds: neighbours are put together. */
export function withFewerBounds({ bounds, counts }: Distribution, max: number): Distribution {
  let result: Distribution = { bounds, counts };
  while (result.bounds.length > max) {
    const { bounds: wide, counts: before } = result;
    // The last bucket, which has no bound, stays alone.
    const kept = wide.filter((_, i) => i % 2 === 1 || i === wide.length - 1);
    result = {
      bounds: kept,
      counts: before.map((cell) => {
        const merged = new Float64Array(kept.length + 1);
        for (let i = 0; i < cell.length; i++) {
          const at = i === cell.length - 1 ? kept.length : Math.floor(i / 2);
          merged[at] = (merged[at] as number) + (cell[i] as number);
        }
        return merged;
      }),
    };
  }
  return result;
}

function commonBounds(lines: readonly HistogramLine[]): readonly number[] {
  const [first] = lines;
  const same = first?.bounds;
  if (same !== undefined && lines.every(({ bounds }) => bounds === same || isSame(bounds, same))) return same;
  const all = new Set<number>();
  for (const line of lines) {
    for (const bound of line.bounds ?? []) all.add(bound);
    if (line.bounds !== undefined) continue;
    for (const key of line.buckets?.keys() ?? []) {
      const { lower, upper } = rangeOfKey(key, line.scale);
      all.add(lower);
      all.add(upper);
    }
  }
  return [...all].filter(Number.isFinite).sort((a, b) => a - b);
}

/** Which shares of a line's bucket are in which of the common ones. */
function sharesOf(
  line: HistogramLine,
  bucket: number,
  bounds: readonly number[],
): ReadonlyArray<readonly [number, number]> {
  const { lower, upper } = rangeOf(line, bucket);
  if (line.bounds === bounds || isSame(line.bounds, bounds)) return [[bucket, 1]];
  if (upper === Number.POSITIVE_INFINITY) return [[bounds.length, 1]];
  const last = bounds.indexOf(upper);
  const from = lower === Number.NEGATIVE_INFINITY ? Math.min(0, upper) : lower;
  if (last < 0 || !(upper > from)) return [[Math.max(0, last), 1]];
  const shares: Array<readonly [number, number]> = [];
  for (let i = last; i >= 0; i--) {
    const low = Math.max(from, i === 0 ? Number.NEGATIVE_INFINITY : (bounds[i - 1] as number));
    shares.push([i, ((bounds[i] as number) - low) / (upper - from)]);
    if (low <= from) break;
  }
  return shares;
}

function rangeOf({ bounds, scale }: HistogramLine, bucket: number): { readonly lower: number; readonly upper: number } {
  if (bounds === undefined) return rangeOfKey(bucket, scale);
  return { lower: bounds[bucket - 1] ?? Number.NEGATIVE_INFINITY, upper: bounds[bucket] ?? Number.POSITIVE_INFINITY };
}

function isSame(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a !== undefined && a.length === b.length && a.every((bound, i) => bound === b[i]);
}
