import { didYouMean } from '@sightline/base';
import { ConformanceFailure, reasonOf } from '../conformance-failure.js';
import type { BackendProfile, BackendUnderTest, CreatedBackend } from './backend-profile.js';
import { appliesTo, type ConformanceCase } from './conformance-case.js';
import { conformanceCases } from './conformance-cases.js';
import { openRig } from './rig.js';

/**
 * Runs one case against a backend, in any test runner. Resolves if the backend passes, or fails as its deviations
 * list. Rejects otherwise, also if a listed deviation passes.
 */
export async function runCase<C extends CreatedBackend>(
  backend: BackendUnderTest<C>,
  one: ConformanceCase,
): Promise<void> {
  const deviation = backend.deviations.find((each) => each.case === one.name);
  const failure = await failureOf(backend, one);
  if (deviation === undefined && failure !== undefined) {
    throw new ConformanceFailure(`[conformance] ${backend.name}: ${failure.message}\nWhy it matters: ${one.why}`, {
      cause: failure,
    });
  }
  if (deviation !== undefined && failure === undefined) {
    throw new ConformanceFailure(
      `[conformance] ${backend.name} passes "${one.name}", so its deviation is no longer needed. Remove it: "${deviation.reason}"`,
    );
  }
}

/** Throws if a deviation names an unknown case, a case twice, or one that does not apply to the backend. */
export function checkDeviations(profile: BackendProfile): void {
  const all = new Map(conformanceCases.flatMap(({ cases }) => cases.map((each) => [each.name, each])));
  const seen = new Set<string>();
  for (const { case: name, reason } of profile.deviations) {
    const known = all.get(name);
    const subject = `[conformance] ${profile.name} lists a deviation from "${name}"`;
    if (known === undefined) {
      throw new Error(`${subject}, which is not a case.${didYouMean(name, all.keys())}`);
    }
    if (!appliesTo(known, profile)) throw new Error(`${subject}, which is only for ${known.only} backends. Remove it.`);
    if (seen.has(name)) throw new Error(`${subject} twice. Remove one.`);
    if (reason.trim() === '') throw new Error(`${subject} without a reason. Write what users get instead, and why.`);
    seen.add(name);
  }
}

async function failureOf<C extends CreatedBackend>(
  backend: BackendUnderTest<C>,
  one: ConformanceCase,
): Promise<ConformanceFailure | undefined> {
  try {
    const rig = await openRig(backend, one.options);
    try {
      await one.run(rig);
    } finally {
      await rig.close();
    }
    return undefined;
  } catch (error) {
    if (error instanceof ConformanceFailure) return error;
    throw new Error(`[conformance] ${backend.name}: the case "${one.name}" could not be run: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
