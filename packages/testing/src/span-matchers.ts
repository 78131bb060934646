import type { MatcherOutcome } from './matchers.js';
import { checkSpan } from './span-checks.js';
import type { ExpectedSpan } from './span-expectation.js';

/** What `expect(spans)` can do, where `spans` come from `createTestSpans()` or from an exporter of OpenTelemetry's SDK. */
export interface SpanMatchers<R = unknown> {
  /** A span that matches `expected` has ended. Only given members are compared. */
  toHaveSpan(expected: ExpectedSpan): R;
}

/** The matchers as `expect.extend` of vitest and jest takes them. */
export const spanMatchers: SpanMatcherFunctions = {
  toHaveSpan(this: MatcherContext | undefined, received, expected) {
    const { isMet, mayBeMet, message, actual, expected: wanted } = checkSpan(received, expected);
    const isNot = this?.isNot === true;
    // A span that is still open may still match.
    return { pass: isMet || (isNot && mayBeMet === true), message: () => message(isNot), actual, expected: wanted };
  },
};

/** What `expect.extend` calls matchers on. */
interface MatcherContext {
  readonly isNot?: boolean | undefined;
}

// A type and not an interface: `expect.extend` wants an index signature, which only a type's members satisfy.
export type SpanMatcherFunctions = {
  readonly toHaveSpan: (received: unknown, expected: ExpectedSpan) => MatcherOutcome;
};
