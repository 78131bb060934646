import type { MatcherOutcome } from './matchers.js';
import { checkSpan } from './span-checks.js';
import type { ExpectedSpan } from './span-expectation.js';

/** What `expect(spans)` can do, where `spans` come from `createTestSpans()` or from an exporter of OpenTelemetry's SDK. */
export interface SpanMatchers<R = unknown> {
  /** A span has ended that is as `expected` says; only what is given is compared. */
  toHaveSpan(expected: ExpectedSpan): R;
}

/** The matchers as `expect.extend` of vitest and jest takes them. */
export const spanMatchers: SpanMatcherFunctions = {
  toHaveSpan(received, expected) {
    const { isMet, message, actual, expected: wanted } = checkSpan(received, expected);
    return { pass: isMet, message, actual, expected: wanted };
  },
};

// A type and not an interface: `expect.extend` wants an index signature, which only a type's members satisfy.
export type SpanMatcherFunctions = {
  readonly toHaveSpan: (received: unknown, expected: ExpectedSpan) => MatcherOutcome;
};
