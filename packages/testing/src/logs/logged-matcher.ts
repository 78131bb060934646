import type { LineQuery } from './captured-logs.js';
import { checkLogged } from './check-logged.js';

/** What `expect(logs)` can do, where `logs` come from `captureLogs()`. */
export interface LogMatchers<R = unknown> {
  /** A line was logged that has all this. */
  toHaveLogged(query: LineQuery): R;
}

/** The matcher as `expect.extend` of vitest and jest takes it. */
export const logMatchers: {
  readonly toHaveLogged: (received: unknown, query: LineQuery) => LogMatcherOutcome;
} = {
  toHaveLogged(received, query) {
    const { isMet, message, actual, expected } = checkLogged(received, query);
    return { pass: isMet, message, actual, expected };
  },
};

export interface LogMatcherOutcome {
  readonly pass: boolean;
  readonly message: () => string;
  readonly actual: unknown;
  readonly expected: unknown;
}
