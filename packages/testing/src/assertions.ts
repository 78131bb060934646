import { AssertionError } from 'node:assert';
import type { Check, Checkable } from './checks.js';
import { checkCounted, checkGauge, checkObserved } from './checks.js';
import { checkNumber, type ExpectedObservations } from './expected-numbers.js';
import { checkExposition } from './exposition.js';
import { isAsymmetric } from './meets.js';
import type { LabelQuery } from './reading.js';

/**
 * Asserts that a counter counted exactly `count`. Default: at least once. If not all labels are given, compares the sum of all
 * series with these. Throws an `AssertionError` that shows the most similar series.
 */
export function assertCounted(metrics: Checkable, name: string, count?: number | undefined): void;
export function assertCounted(metrics: Checkable, name: string, labels: LabelQuery, count?: number | undefined): void;
export function assertCounted(metrics: Checkable, name: string, ...rest: CountedArgs): void {
  settle('assertCounted', checkCounted(metrics, name, ...countedArgs(rest)));
}

/** Asserts that a gauge has this value. If not all labels are given, compares the sum of all series with these. */
export function assertGauge(metrics: Checkable, name: string, value: number): void;
export function assertGauge(metrics: Checkable, name: string, labels: LabelQuery, value: number): void;
export function assertGauge(metrics: Checkable, name: string, ...rest: GaugeArgs): void {
  settle('assertGauge', checkGauge(metrics, name, ...gaugeArgs(rest)));
}

/** Asserts what a histogram observed. Without `expected`: that it observed anything. */
export function assertObserved(metrics: Checkable, name: string, expected: ExpectedObservations = {}): void {
  settle('assertObserved', checkObserved(metrics, name, expected));
}

/** Asserts that the families in `text`, in Prometheus' text format 0.0.4, are equal to those of the metrics. */
export function assertExposition(metrics: Checkable, text: string): void {
  settle('assertExposition', checkExposition(metrics, text));
}

/** What may follow the name in `toHaveCounted`. */
export type CountedArgs = [labels: LabelQuery, count?: number | undefined] | [count?: number | undefined];
/** What may follow the name in `toHaveGauge`. */
export type GaugeArgs = [labels: LabelQuery, value: number] | [value: number];

export function countedArgs(args: CountedArgs): [labels: LabelQuery, count: number | undefined] {
  const [labels, count] = startsWithLabels(args) ? args : [{}, args[0]];
  // Also for an explicit `undefined`: with a misspelt or unset variable any count would pass.
  const isGiven = args.length > (startsWithLabels(args) ? 1 : 0);
  if (isGiven) checkNumber('toHaveCounted compares', count);
  return [labels, count];
}

export function gaugeArgs(args: GaugeArgs): [labels: LabelQuery, value: number] {
  const [labels, value] = startsWithLabels(args) ? args : [{}, args[0]];
  checkNumber('toHaveGauge compares', value);
  return [labels, value];
}

/** `expect.any(Number)` of a test runner is an object too, but stands for a number. */
function startsWithLabels<A extends CountedArgs | GaugeArgs>(args: A): args is Extract<A, [LabelQuery, ...unknown[]]> {
  const [first] = args;
  return typeof first === 'object' && !isAsymmetric(first);
}

function settle(operator: string, { isMet, message, actual, expected }: Check): void {
  if (!isMet) throw new AssertionError({ message: message(), actual, expected, operator });
}
