import { globalRunner, type TestRunner } from '../test-runner.js';
import type { BackendUnderTest, CreatedBackend } from './backend-profile.js';
import { appliesTo } from './conformance-case.js';
import { conformanceCases } from './conformance-cases.js';
import { checkDeviations, runCase } from './run-case.js';

export interface DescribeBackendOptions<C extends CreatedBackend> extends BackendUnderTest<C> {
  /** Default: the globals `describe` and `test`, which jest has, and vitest with `globals: true`. */
  runner?: TestRunner | undefined;
}

/**
 * Declares one test per conformance case: that the same program gives the same numbers through this backend as through
 * any other. A case that the backend cannot pass is listed in `deviations` with its reason, and fails once it passes.
 */
export function describeBackend<C extends CreatedBackend>(options: DescribeBackendOptions<C>): void {
  const { describe, test } = options.runner ?? globalRunner('describeBackend');
  checkDeviations(options);
  checkRandomPrograms(options);
  const deviating = new Set(options.deviations.map((deviation) => deviation.case));
  describe(`${options.name} conforms`, () => {
    for (const { title, cases } of conformanceCases) {
      const applicable = cases.filter((each) => appliesTo(each, options));
      if (applicable.length === 0) continue;
      describe(title, () => {
        for (const each of applicable) {
          const name = deviating.has(each.name) ? `deviates: ${each.name}` : each.name;
          test(name, () => runCase(options, each), each.timeoutMs ?? 30_000);
        }
      });
    }
  });
}

function checkRandomPrograms<C extends CreatedBackend>({ name, randomPrograms = 1 }: DescribeBackendOptions<C>): void {
  if (Number.isInteger(randomPrograms) && randomPrograms > 0) return;
  throw new Error(
    `[testing] randomPrograms of ${name} is ${String(randomPrograms)}. Give a whole number above 0, or leave it out.`,
  );
}
