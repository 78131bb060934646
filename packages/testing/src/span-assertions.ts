import { AssertionError } from 'node:assert';
import { checkSpan, type SpansToCheck } from './span-checks.js';
import type { ExpectedSpan } from './span-expectation.js';

/**
 * Asserts that a span with the given members has ended. Throws an `AssertionError` that shows the most similar spans.
 */
export function assertSpan(spans: SpansToCheck, expected: ExpectedSpan): void {
  const { isMet, message, actual, expected: wanted } = checkSpan(spans, expected);
  if (!isMet) throw new AssertionError({ message: message(), actual, expected: wanted, operator: 'assertSpan' });
}
