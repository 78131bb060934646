import { isObject } from '@sightline/base';
import type { ReadLabel } from './label-reader.js';
import type { Labels, LabelValue } from './labels.js';

/**
 * Starts a clock and returns the function that stops it, records the time since in the histogram's unit (seconds where it
 * has none) and returns what it recorded. Calling that again records nothing and returns the same number.
 *
 * Labels that are known only at the end are given there: `const end = latency.startTimer({ route }); end({ status });`.
 * Both together give every label.
 */
export interface StartTimer<N extends string, O extends string = never> {
  (): StopTimer<N, O>;
  (labels: [N] extends [never] ? never : Labels<N, O>): StopTimer<string extends N ? N : O, O>;
  <K extends N>(
    labels: [N] extends [never] ? never : Readonly<Record<K, LabelValue>>,
  ): StopTimer<Exclude<N, K>, Exclude<O, K>>;
}

/** Stops a clock, with the labels that it was not started with. */
export type StopTimer<N extends string, O extends string = never> = (...labels: RemainingLabels<N, O>) => number;

/** Of names that are not known to the compiler, any may have been given at the start. */
type RemainingLabels<N extends string, O extends string> = [N] extends [never]
  ? []
  : string extends N
    ? [labels?: Labels<N, O>]
    : [Exclude<N, O>] extends [never]
      ? [labels?: Labels<N, O>]
      : [labels: Labels<N, O>];

/**
 * The labels of a start and an end. What the end gives counts more, as in prom-client. To a start that gave all that has to
 * be there only other labels of the metric are added: a callback may stop the clock with something that is no labels.
 */
export function joinedLabels(labels: readonly ReadLabel[], atStart: unknown, atEnd: unknown): unknown {
  if (atStart === undefined || atStart === null) return atEnd;
  if (!isObject<Readonly<Record<string, unknown>>>(atStart) || !isObject<Readonly<Record<string, unknown>>>(atEnd))
    return atStart;
  try {
    const isComplete = labels.every(({ name, isOptional }) => isOptional === true || atStart[name] !== undefined);
    if (!isComplete) return { ...atStart, ...atEnd };
    const given = labels.filter(({ name }) => atEnd[name] !== undefined);
    return { ...atStart, ...Object.fromEntries(given.map(({ name }) => [name, atEnd[name]])) };
  } catch {
    return atStart; // a getter or a proxy that throws
  }
}
