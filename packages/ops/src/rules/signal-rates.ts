import type { DurationFact, Facts, Matcher, Selector, Signal } from '../model/facts.js';
import { bucketOf, equal, series } from '../promql/selectors.js';

/** All work of a signal per second, over 5 m and all instances. */
export function requestRate(facts: Facts, { requests, errors }: Signal): string {
  const counted = sumOfRates(facts, requests);
  if (errors?.relation !== 'besides') return counted;
  // Either counter may be missing until it first counts.
  const failed = sumOfRates(facts, errors.selector);
  return `${counted} + ${failed} or ${counted} or ${failed}`;
}

/** Failed work per second: 0, not nothing, until the counter of failures exists. */
export function errorRate(facts: Facts, { requests, errors }: Signal): string | undefined {
  if (errors === undefined) return undefined;
  return `${sumOfRates(facts, errors.selector)} or 0 * ${sumOfRates(facts, requests)}`;
}

/** What a histogram has counted, per second. */
export function countRate(facts: Facts, duration: DurationFact): string {
  return sumOfRates(facts, partOf(duration, '_count'));
}

/** Time spent per second of time, in the histogram's unit. */
export function timeRate(facts: Facts, duration: DurationFact): string {
  return sumOfRates(facts, partOf(duration, '_sum'));
}

/** Work that took longer than `bound`, per second. */
export function slowRate(facts: Facts, duration: DurationFact, bound: number): string {
  const within = sumOfRates(facts, partOf(duration, '_bucket', [bucketOf(bound)]));
  return `${countRate(facts, duration)} - ${within}`;
}

/** The series of the service. */
export function scoped(facts: Facts, selector: Selector): string {
  return series(selector, [equal('job', facts.job)]);
}

function sumOfRates(facts: Facts, selector: Selector): string {
  return `sum(rate(${scoped(facts, selector)}[5m]))`;
}

function partOf({ histogram, matchers }: DurationFact, suffix: string, more: readonly Matcher[] = []): Selector {
  return { metric: `${histogram}${suffix}`, matchers: [...matchers, ...more] };
}
