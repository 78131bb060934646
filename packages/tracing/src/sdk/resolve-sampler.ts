import type { Clock } from '@sightline/base';
import { type NamedPropagators, propagatorFromNames } from '../propagation/propagator-from-names.js';
import { adaptiveSampler } from '../sampling/adaptive-sampler.js';
import { nameRules } from '../sampling/name-rules.js';
import { parentBased } from '../sampling/parent-based.js';
import type { Sampler } from '../sampling/sampler.js';
import { samplerFromName } from '../sampling/sampler-from-name.js';
import type { ResolvedTracingSettings } from './fields.js';
import type { SamplingRule } from './options.js';
import { isList } from './resolve-settings.js';

/** The sampler that the settings name, which were checked before, with the rules before it. */
export function resolveSampler(
  settings: ResolvedTracingSettings,
  rules: readonly SamplingRule[],
  clock: Clock,
): Sampler {
  const otherwise = withoutRules(settings, clock);
  return rules.length === 0 ? otherwise : parentBased(nameRules({ rules, otherwise }));
}

function withoutRules(settings: ResolvedTracingSettings, clock: Clock): Sampler {
  const { sampler = 'parentbased_traceidratio', samplerArg, samplingRatio } = settings;
  if (typeof sampler !== 'string') return sampler;
  // Needs the clock, which a name has not.
  if (sampler.endsWith('adaptive')) return adaptiveSampler({ tracesPerSecond: samplerArg, clock });
  const named = samplerFromName(sampler, String(samplerArg ?? samplingRatio));
  if (named.sampler === undefined) throw new Error(`[tracing] ${named.problem}`);
  return named.sampler;
}

/** The propagator that the settings name, or the one that they hold. */
export function resolvePropagator(propagators: ResolvedTracingSettings['propagators']): NamedPropagators {
  return isList(propagators) ? propagatorFromNames(propagators) : { propagator: propagators, problems: [] };
}
