import { didYouMean } from '@sightline/base';
import { ConformanceFailure, reasonOf } from '../conformance-failure.js';
import type { BackendProfile, BackendUnderTest, CreatedBackend } from './backend-profile.js';
import { appliesTo, type ConformanceCase } from './conformance-case.js';
import { conformanceCases } from './conformance-cases.js';
import { openRig } from './rig.js';

/**
 * Runs one case against a backend, in whatever test runner. Resolves where the backend behaves, or deviates as it lists;
 * rejects where it does not, and where a listed deviation is none.
 */
export async function runCase<C extends CreatedBackend>(
  backend: BackendUnderTest<C>,
  one: ConformanceCase,
): Promise<void> {
  const deviation = backend.deviations.find((each) => each.case === one.name);
  const failure = await failureOf(backend, one);
  if (deviation === undefined && failure !== undefined) {
    throw new ConformanceFailure(`[testing] ${backend.name}: ${failure.message}\nWhy it matters: ${one.why}`, {
      cause: failure,
    });
  }
  if (deviation !== undefined && failure === undefined) {
    throw new ConformanceFailure(
      `[testing] ${backend.name} passes "${one.name}", so its deviation is no longer needed. Remove it: "${deviation.reason}"`,
    );
  }
}

/** Throws where deviations name no case, a case twice, or one that is not about such a backend. */
export function checkDeviations(profile: BackendProfile): void {
  const all = new Map(conformanceCases.flatMap(({ cases }) => cases.map((each) => [each.name, each])));
  const seen = new Set<string>();
  for (const { case: name, reason } of profile.deviations) {
    const known = all.get(name);
    const subject = `[testing] ${profile.name} lists a deviation from "${name}"`;
    if (known === undefined) {
      throw new Error(`${subject}, which is no case.${didYouMean(name, all.keys())}`);
    }
    if (!appliesTo(known, profile)) throw new Error(`${subject}, which is only for ${known.only} backends. Remove it.`);
    if (seen.has(name)) throw new Error(`${subject} twice. Remove one.`);
    if (reason.trim() === '') throw new Error(`${subject} without a reason. Say what users get instead, and why.`);
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
    throw new Error(`[testing] ${backend.name}: the case "${one.name}" could not be run: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
