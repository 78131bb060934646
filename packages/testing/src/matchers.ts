import { type CountedArgs, countedArgs, type GaugeArgs, gaugeArgs } from './assertions.js';
import type { Check } from './checks.js';
import { checkCounted, checkGauge, checkObserved } from './checks.js';
import type { ExpectedObservations } from './expected-numbers.js';
import { checkExposition } from './exposition.js';

/**
 * What `expect(metrics)` can do, where `metrics` come from `createTestMetrics()`, its `deltaOf()` or `mark()`, or any
 * collector. If not all labels of a metric are given, all series with these count together. No overloads, because vitest's
 * `resolves` and `poll` keep only the last one.
 */
export interface MetricsMatchers<R = unknown> {
  /** A counter counted exactly `count`. Default: at least once. */
  toHaveCounted(name: string, ...rest: CountedArgs): R;
  /** A histogram observed this. Without `expected`: anything. Values, minimum and maximum need `createTestMetrics()`. */
  toHaveObserved(name: string, expected?: ExpectedObservations | undefined): R;
  /** A gauge has this value. */
  toHaveGauge(name: string, ...rest: GaugeArgs): R;
  /** The families in `text`, in Prometheus' text format 0.0.4, are equal. Order and white space do not matter. */
  toMatchExposition(text: string): R;
}

/** The matchers as `expect.extend` of vitest and jest takes them. */
export const metricsMatchers: MatcherFunctions = {
  toHaveCounted: (received, name, ...rest) => outcome(checkCounted(received, name, ...countedArgs(rest))),
  toHaveObserved: (received, name, expected = {}) => outcome(checkObserved(received, name, expected)),
  toHaveGauge: (received, name, ...rest) => outcome(checkGauge(received, name, ...gaugeArgs(rest))),
  toMatchExposition: (received, text) => outcome(checkExposition(received, text)),
};

// A type and not an interface: `expect.extend` wants an index signature, which only a type's members satisfy.
export type MatcherFunctions = {
  readonly toHaveCounted: (received: unknown, name: string, ...rest: CountedArgs) => MatcherOutcome;
  readonly toHaveObserved: (
    received: unknown,
    name: string,
    expected?: ExpectedObservations | undefined,
  ) => MatcherOutcome;
  readonly toHaveGauge: (received: unknown, name: string, ...rest: GaugeArgs) => MatcherOutcome;
  readonly toMatchExposition: (received: unknown, text: string) => MatcherOutcome;
};

export interface MatcherOutcome {
  readonly pass: boolean;
  readonly message: () => string;
  readonly actual: unknown;
  readonly expected: unknown;
}

function outcome({ isMet, message, actual, expected }: Check): MatcherOutcome {
  return { pass: isMet, message, actual, expected };
}
