import { AssertionError } from 'node:assert';
import type { Check, Checkable, ExpectedObservations } from './checks.js';
import { checkCounted, checkGauge, checkObserved } from './checks.js';
import { checkExposition } from './exposition.js';
import type { LabelQuery } from './reading.js';

/**
 * Asserts that a counter counted exactly `count`, or without it at least once. With fewer labels than the counter has: all
 * series with these together. Throws an `AssertionError` that shows the nearest series.
 */
export function assertCounted(metrics: Checkable, name: string, count?: number | undefined): void;
export function assertCounted(metrics: Checkable, name: string, labels: LabelQuery, count?: number | undefined): void;
export function assertCounted(metrics: Checkable, name: string, ...rest: CountedArgs): void {
  settle('assertCounted', checkCounted(metrics, name, ...countedArgs(rest)));
}

/** Asserts that a gauge has this value. With fewer labels than it has: all series with these together. */
export function assertGauge(metrics: Checkable, name: string, value: number): void;
export function assertGauge(metrics: Checkable, name: string, labels: LabelQuery, value: number): void;
export function assertGauge(metrics: Checkable, name: string, ...rest: GaugeArgs): void {
  settle('assertGauge', checkGauge(metrics, name, ...gaugeArgs(rest)));
}

/** Asserts what a histogram observed; without `expected`, that it observed anything. */
export function assertObserved(metrics: Checkable, name: string, expected: ExpectedObservations = {}): void {
  settle('assertObserved', checkObserved(metrics, name, expected));
}

/** Asserts that the families which `text` names are as it says, in Prometheus' text format 0.0.4. */
export function assertExposition(metrics: Checkable, text: string): void {
  settle('assertExposition', checkExposition(metrics, text));
}

/** What may follow the name in `toHaveCounted`. */
export type CountedArgs = [labels: LabelQuery, count?: number | undefined] | [count?: number | undefined];
/** What may follow the name in `toHaveGauge`. */
export type GaugeArgs = [labels: LabelQuery, value: number] | [value: number];

export function countedArgs([first, second]: CountedArgs): [labels: LabelQuery, count: number | undefined] {
  return typeof first === 'object' ? [first, second] : [{}, first];
}

export function gaugeArgs([first, second]: GaugeArgs): [labels: LabelQuery, value: number] {
  const [labels, value] = typeof first === 'object' ? [first, second] : [{}, first];
  if (typeof value !== 'number') throw new TypeError('[testing] toHaveGauge compares with a number. Pass it last.');
  return [labels, value];
}

function settle(operator: string, { isMet, message, actual, expected }: Check): void {
  if (!isMet) throw new AssertionError({ message: message(), actual, expected, operator });
}
