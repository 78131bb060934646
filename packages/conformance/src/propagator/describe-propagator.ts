import type { TextMapPropagator } from '@opentelemetry/api';
import type { Deviation } from '../backend/backend-profile.js';
import { globalRunner, type TestRunner } from '../test-runner.js';
import type { PropagatorFormat } from './propagator-case.js';
import { propagatorCases } from './propagator-cases.js';
import { checkPropagatorDeviations, runPropagatorCase } from './run-propagator-case.js';

export interface DescribePropagatorOptions {
  /** What the propagator reads and writes. */
  readonly formats: readonly PropagatorFormat[];
  /** The cases that it does not pass, each with its reason. A listed case that passes fails the run. */
  readonly deviations?: readonly Deviation[] | undefined;
  /** How many inputs each case with random ones tries: fewer for a quick run. Default 10 000. */
  readonly randomMessages?: number | undefined;
  /** Default: the globals `describe` and `test`, which jest has, and vitest with `globals: true`. */
  readonly runner?: TestRunner | undefined;
}

/**
 * Declares a test per case for the propagator's formats: that it reads and writes as specified, that
 * it never throws, and that it leaves the context alone if there is nothing to read. Works for every `TextMapPropagator`.
 */
export function describePropagator(
  name: string,
  propagator: TextMapPropagator,
  { formats, deviations = [], randomMessages, runner }: DescribePropagatorOptions,
): void {
  const { describe, test } = runner ?? globalRunner('describePropagator');
  checkPropagatorDeviations(name, formats, deviations);
  describe(`${name} conforms`, () => {
    for (const format of formats) {
      describe(format, () => {
        for (const one of propagatorCases.flatMap(({ cases }) => cases)) {
          if (!one.formats.includes(format)) continue;
          const isDeviating = deviations.some((deviation) => deviation.case === one.name);
          const title = isDeviating ? `deviates: ${one.name}` : one.name;
          test(title, () => runPropagatorCase({ name, propagator, format, deviations, randomMessages }, one), 60_000);
        }
      });
    }
  });
}
