import { AssertionError } from 'node:assert';
import type { CapturedLogs, LineQuery } from './captured-logs.js';
import { checkLogged } from './check-logged.js';

/** Asserts that a line was logged that has all this. Throws an `AssertionError` that shows the nearest lines. */
export function assertLogged(logs: CapturedLogs, query: LineQuery): void {
  const { isMet, message, actual, expected } = checkLogged(logs, query);
  if (!isMet) throw new AssertionError({ message: message(), actual, expected, operator: 'assertLogged' });
}
