import type { TextMapPropagator } from '@opentelemetry/api';
import { didYouMean } from '@sightline/base';
import type { Deviation } from '../backend/backend-profile.js';
import { ConformanceFailure } from '../conformance-failure.js';
import type { PropagatorCase, PropagatorFormat } from './propagator-case.js';
import { propagatorCases } from './propagator-cases.js';

export interface PropagatorUnderTest {
  readonly name: string;
  readonly propagator: TextMapPropagator;
  readonly format: PropagatorFormat;
  readonly deviations?: readonly Deviation[] | undefined;
  /** How many inputs a case with random ones tries. Default 10 000. */
  readonly randomMessages?: number | undefined;
}

/**
 * Runs one case, in any test runner. Resolves if the propagator passes, or fails as its deviations list.
 * Rejects otherwise, also if a listed deviation passes.
 */
export async function runPropagatorCase(
  { name, propagator, format, deviations = [], randomMessages }: PropagatorUnderTest,
  one: PropagatorCase,
): Promise<void> {
  const deviation = deviations.find((each) => each.case === one.name);
  const failure = await failureOf(() => one.run(propagator, format, randomMessages));
  if (deviation === undefined && failure !== undefined) {
    throw new ConformanceFailure(`[conformance] ${name}: ${failure.message}\nWhy it matters: ${one.why}`, {
      cause: failure,
    });
  }
  if (deviation !== undefined && failure === undefined) {
    throw new ConformanceFailure(
      `[conformance] ${name} passes "${one.name}", so its deviation is no longer needed. Remove it: "${deviation.reason}"`,
    );
  }
}

/** Throws if a deviation names an unknown case, a case twice, one for other formats, or has no reason. */
export function checkPropagatorDeviations(
  name: string,
  formats: readonly PropagatorFormat[],
  deviations: readonly Deviation[],
): void {
  const all = new Map(propagatorCases.flatMap(({ cases }) => cases.map((each) => [each.name, each])));
  const seen = new Set<string>();
  for (const { case: listed, reason } of deviations) {
    const known = all.get(listed);
    const subject = `[conformance] ${name} lists a deviation from "${listed}"`;
    if (known === undefined) throw new Error(`${subject}, which is not a case.${didYouMean(listed, all.keys())}`);
    if (!known.formats.some((format) => formats.includes(format))) {
      throw new Error(`${subject}, which is only for ${known.formats.join(', ')}. Remove it.`);
    }
    if (seen.has(listed)) throw new Error(`${subject} twice. Remove one.`);
    if (reason.trim() === '') throw new Error(`${subject} without a reason. Write what users get instead, and why.`);
    seen.add(listed);
  }
}

async function failureOf(run: () => void | Promise<void>): Promise<Error | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    // A propagator that throws fails the case: it must not.
    return error instanceof Error ? error : new ConformanceFailure(String(error));
  }
}
