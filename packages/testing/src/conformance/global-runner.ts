import type { TestRunner } from './describe-backend.js';

/** The globals of jest, and of vitest with `globals: true`. */
export function globalRunner(caller: string): TestRunner {
  const { describe, test } = globalThis as Partial<TestRunner>;
  if (typeof describe === 'function' && typeof test === 'function') return { describe, test };
  throw new Error(
    `[testing] ${caller} found no global describe and test. Pass { runner: { describe, test } } from your test runner.`,
  );
}
