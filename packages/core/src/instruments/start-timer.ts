import { isObject } from '@sightline/base';
import type { ReadLabel } from './label-reader.js';
import type { Labels, LabelValue } from './labels.js';

/**
 * Starts a timer and returns a function that stops it. That function records the time in the histogram's unit (default: seconds)
 * and returns it. A second call records nothing and returns the same number.
 *
 * Pass labels that are known only at the end there: `const end = latency.startTimer({ route }); end({ status });`. Both
 * together must pass every label.
 */
export interface StartTimer<N extends string, O extends string = never> {
  (): StopTimer<N, O>;
  (labels: [N] extends [never] ? never : Labels<N, O>): StopTimer<string extends N ? N : O, O>;
  <K extends N>(
    labels: [N] extends [never] ? never : Readonly<Record<K, LabelValue>>,
  ): StopTimer<Exclude<N, K>, Exclude<O, K>>;
}

/** Stops a timer. Takes the labels that were not passed at the start. */
export type StopTimer<N extends string, O extends string = never> = (...labels: RemainingLabels<N, O>) => number;

/** If the compiler does not know the label names, any of them may have been passed at the start. */
type RemainingLabels<N extends string, O extends string> = [N] extends [never]
  ? []
  : string extends N
    ? [labels?: Labels<N, O>]
    : [Exclude<N, O>] extends [never]
      ? [labels?: Labels<N, O>]
      : [labels: Labels<N, O>];

/**
 * Joins the labels of a start and an end. The end wins, as in prom-client. If the start passed all required labels, only declared
 * labels of the end are added, because a callback may stop the timer with an argument that is no labels.
 */
export function joinedLabels(labels: readonly ReadLabel[], atStart: unknown, atEnd: unknown): unknown {
  if (atStart === undefined || atStart === null) return atEnd;
  if (!isObject<Readonly<Record<string, unknown>>>(atStart) || !isObject<Readonly<Record<string, unknown>>>(atEnd))
    return atStart;
  try {
    const isComplete = labels.every(({ name, isOptional }) => isOptional === true || atStart[name] !== undefined);
    if (!isComplete) return { ...atStart, ...atEnd };
    const joined: Record<string, unknown> = { ...atStart };
    for (const { name } of labels) if (atEnd[name] !== undefined) joined[name] = atEnd[name];
    return joined;
  } catch {
    return atStart; // a getter or a proxy that throws
  }
}
