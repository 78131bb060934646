import type { HistogramNeed } from '../collection/metrics-backend.js';

/**
 * Whether a reader with this need gets the exponential histogram. A reader that computes quantiles gets it for every
 * histogram, because explicit buckets are too coarse.
 */
export function isExponentialShown(
  exponential: boolean | undefined,
  need: HistogramNeed,
  buckets: readonly number[],
): boolean {
  if (need === 'explicit') return exponential === true && buckets.length === 0;
  return need === 'quantiles' || exponential !== false;
}
