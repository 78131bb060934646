/** The functions that the kits need from a test runner. vitest, jest and node:test have them. */
export interface TestRunner {
  describe(title: string, define: () => void): unknown;
  test(title: string, run: () => Promise<void>, timeoutMs?: number): unknown;
}

/** The globals of jest, and of vitest with `globals: true`. */
export function globalRunner(caller: string): TestRunner {
  const { describe, test } = globalThis as Partial<TestRunner>;
  if (typeof describe === 'function' && typeof test === 'function') return { describe, test };
  throw new Error(
    `[conformance] ${caller} found no global describe and test. Pass { runner: { describe, test } } from your test runner.`,
  );
}
