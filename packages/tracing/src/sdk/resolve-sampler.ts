import type { Clock } from '@sightline/base';
import { adaptiveSampler } from '../sampling/adaptive-sampler.js';
import { alwaysOn } from '../sampling/always.js';
import { nameRules } from '../sampling/name-rules.js';
import { parentBased } from '../sampling/parent-based.js';
import type { Sampler } from '../sampling/sampler.js';
import { samplerFromName } from '../sampling/sampler-from-name.js';
import type { ResolvedTracingSettings } from './fields.js';
import type { SamplingRule } from './options.js';

/** Returns the sampler that the settings name or hold, with the rules in front of it. The settings are checked already. */
export function resolveSampler(
  settings: ResolvedTracingSettings,
  rules: readonly SamplingRule[],
  clock: Clock,
): Sampler {
  const otherwise = withoutRules(settings, clock);
  return rules.length === 0 ? otherwise : parentBased(nameRules({ rules, otherwise }));
}

function withoutRules(settings: ResolvedTracingSettings, clock: Clock): Sampler {
  const { samplerArg, samplingRatio } = settings;
  // Every trace: nothing is to be decided, and no probability to be sent on.
  if (settings.sampler === undefined && samplingRatio === 1) return parentBased(alwaysOn);
  const { sampler = 'parentbased_traceidratio' } = settings;
  if (typeof sampler !== 'string') return sampler;
  // Needs the clock, so `samplerFromName` cannot make it.
  if (sampler.endsWith('adaptive')) return adaptiveSampler({ tracesPerSecond: samplerArg, clock });
  const named = samplerFromName(sampler, String(samplerArg ?? samplingRatio));
  if (named.sampler === undefined) throw new Error(`[tracing] ${named.problem}`);
  return named.sampler;
}
