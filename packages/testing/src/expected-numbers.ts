import { inspect } from 'node:util';
import type { LabelQuery } from './reading.js';

/** The expected numbers of a histogram. Only given members are compared; `undefined` is not allowed. Sums are compared with a rounding tolerance. */
export interface ExpectedObservations {
  /** All of the metric's labels, or fewer for all series with these together. */
  labels?: LabelQuery | undefined;
  /** The exact count. Default, if nothing else is given: at least one. */
  count?: number | undefined;
  sum?: number | undefined;
  /** Exactly these, in this order. */
  values?: readonly number[] | undefined;
  /** None is smaller. */
  min?: number | undefined;
  /** None is larger. */
  max?: number | undefined;
}

const numbers: ReadonlySet<string> = new Set(['count', 'sum', 'min', 'max']);

/** Throws for impossible expectations: with such an error `not.toHaveObserved` would always pass. */
export function checkExpectedObservations(expected: ExpectedObservations): void {
  if (typeof expected !== 'object' || expected === null) {
    throw new TypeError(
      `[testing] toHaveObserved takes what was observed, { labels, count, sum, values, min, max }, but got ${inspect(expected)}.`,
    );
  }
  for (const [part, value] of Object.entries(expected)) {
    if (value === undefined && (part === 'labels' || part === 'values' || numbers.has(part))) {
      throw new TypeError(`[testing] toHaveObserved got undefined for ${part}. Omit it if it does not matter.`);
    }
    if (part === 'labels') continue;
    if (numbers.has(part)) checkNumber(`toHaveObserved compares ${part}`, value);
    else if (part !== 'values') {
      throw new TypeError(
        `[testing] toHaveObserved compares labels, count, sum, values, min and max, but got "${part}". Labels are given as { labels: { … } }.`,
      );
    } else if (!Array.isArray(value)) {
      throw new TypeError(
        `[testing] toHaveObserved compares values with a list of numbers, but got ${inspect(value)}.`,
      );
    } else for (const each of value) checkNumber('toHaveObserved compares values', each);
  }
}

/** Throws for values that are not finite numbers, such as `'3'`, `NaN` and `expect.any(Number)`. */
export function checkNumber(claim: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw new TypeError(`[testing] ${claim} with a finite number, but got ${inspect(value)}.`);
}

/** Equal with a rounding tolerance: 0.1 + 0.2 equals 0.3. Whole numbers are compared exactly. */
export function isClose(a: number, b: number): boolean {
  if (Number.isInteger(a) && Number.isInteger(b)) return a === b;
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
