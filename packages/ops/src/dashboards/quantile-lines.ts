import type { DurationFact } from '../model/facts.js';
import type { Query } from './plan.js';
import { line } from './query.js';
import { durationQuantile, type Reading } from './signal-queries.js';

/** The lines of p50, p95 and p99 of a histogram. Exemplars are asked for once: they are the same for all three. */
export function quantileLines(duration: Pick<DurationFact, 'histogram' | 'matchers'>, reading: Reading = {}): Query[] {
  return [0.5, 0.95, 0.99].map((quantile) =>
    line(durationQuantile(duration, quantile, [], reading), `p${quantile * 100}`, { hasExemplars: quantile === 0.99 }),
  );
}
