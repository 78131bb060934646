import type { DurationFact, Matcher, Signal } from '../model/facts.js';
import { bucketOf } from '../promql/selectors.js';
import { rate, type Scope, scoped, serviceScope } from './scope.js';

/** Of which series, and over which time: by default those that are chosen, per second over the rate interval. */
export interface Reading {
  readonly scope?: Scope | undefined;
  readonly over?: ((seriesText: string) => string) | undefined;
}

/** All work of a signal per second, failures included; by the labels of `by`. */
export function workRate(
  { requests, errors }: Signal,
  by: readonly string[] = [],
  { scope = serviceScope, over = rate }: Reading = {},
): string {
  const counted = `${sum(by)}(${over(scoped(requests, scope))})`;
  if (errors?.relation !== 'besides' || by.length > 0) return counted;
  // Either counter may be missing until it first counts.
  const failed = `sum(${over(scoped(errors.selector, scope))})`;
  return `(${counted} or 0 * ${failed}) + (${failed} or 0 * ${counted})`;
}

/** Failed work per second; by what went wrong if that is known. */
export function errorRate({ errors }: Signal, { scope = serviceScope, over = rate }: Reading = {}): string | undefined {
  if (errors === undefined) return undefined;
  return `${sum(errors.by === undefined ? [] : [errors.by])}(${over(scoped(errors.selector, scope))})`;
}

/** Share of the work that failed, from 0 to 1. No value without work; 0 if the counter of failures is not there yet. */
export function errorRatio(signal: Signal, { scope = serviceScope, over = rate }: Reading = {}): string | undefined {
  const { errors } = signal;
  if (errors === undefined) return undefined;
  const all = workRate(signal, [], { scope, over });
  const total = errors.relation === 'besides' ? `(${all})` : all;
  return `(sum(${over(scoped(errors.selector, scope))}) or 0 * ${total}) / (${total} > 0)`;
}

/** The duration below which the share `quantile` of the work ends, in the histogram's unit. */
export function durationQuantile(
  duration: Pick<DurationFact, 'histogram' | 'matchers'>,
  quantile: number,
  by: readonly string[] = [],
  { scope = serviceScope, over = rate }: Reading = {},
): string {
  const buckets = scoped({ metric: `${duration.histogram}_bucket`, matchers: duration.matchers }, scope);
  return `histogram_quantile(${quantile}, ${sum(['le', ...by])}(${over(buckets)}))`;
}

/** Share of the work that ends within `bound`, one of the histogram's bounds. No value without work. */
export function shareWithin(
  { histogram, matchers }: Pick<DurationFact, 'histogram' | 'matchers'>,
  bound: number,
  { scope = serviceScope, over = rate }: Reading = {},
): string {
  const part = (suffix: string, more: readonly Matcher[]): string =>
    `sum(${over(scoped({ metric: `${histogram}${suffix}`, matchers: [...matchers, ...more] }, scope))})`;
  return `${part('_bucket', [bucketOf(bound)])} / (${part('_count', [])} > 0)`;
}

/** Mean of what a histogram or summary has observed; by the labels of `by`. No value without observations. */
export function meanOf(
  name: string,
  by: readonly string[] = [],
  { scope = serviceScope, over = rate }: Reading = {},
): string {
  const part = (suffix: string): string =>
    `${sum(by)}(${over(scoped({ metric: `${name}${suffix}`, matchers: [] }, scope))})`;
  return `${part('_sum')} / (${part('_count')} > 0)`;
}

/** `sum` or `sum by (a, b) `. */
export function sum(by: readonly string[]): string {
  return by.length === 0 ? 'sum' : `sum by (${by.join(', ')}) `;
}
