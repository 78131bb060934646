import { inspect } from 'node:util';
import type { LabelQuery } from './reading.js';

/** The numbers a histogram is expected to hold; only those given are compared, and `undefined` cannot be given. Sums within rounding. */
export interface ExpectedObservations {
  /** All of the metric's labels, or fewer for all series with these together. */
  labels?: LabelQuery | undefined;
  /** Exactly so many. Default, where nothing else is given: at least one. */
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

/** What no histogram can have is a slip, with which `not.toHaveObserved` would hold for ever. */
export function checkExpectedObservations(expected: ExpectedObservations): void {
  if (typeof expected !== 'object' || expected === null) {
    throw new TypeError(
      `[testing] toHaveObserved takes what was observed, { labels, count, sum, values, min, max }, but got ${inspect(expected)}.`,
    );
  }
  for (const [part, value] of Object.entries(expected)) {
    if (value === undefined && (part === 'labels' || part === 'values' || numbers.has(part))) {
      throw new TypeError(`[testing] toHaveObserved got undefined for ${part}. Leave it out where it does not matter.`);
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

/** Throws for what no metric's number can be, such as `'3'`, `NaN` and `expect.any(Number)`. */
export function checkNumber(claim: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw new TypeError(`[testing] ${claim} with a finite number, but got ${inspect(value)}.`);
}

/** Equal but for the rounding of sums: 0.1 + 0.2 is 0.3. Whole numbers add up without any, so they are compared exactly. */
export function isClose(a: number, b: number): boolean {
  if (Number.isInteger(a) && Number.isInteger(b)) return a === b;
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
