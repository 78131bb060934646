import { adaptiveSampler } from './adaptive-sampler.js';
import { alwaysOff, alwaysOn } from './always.js';
import { parentBased } from './parent-based.js';
import { ratioSampler } from './ratio-sampler.js';
import type { Sampler } from './sampler.js';

export interface NamedSampler {
  /** `undefined` if the name is unknown. With a wrong argument, the sampler with its default. */
  readonly sampler: Sampler | undefined;
  /** The problem and the allowed values; `undefined` if there is none. */
  readonly problem: string | undefined;
}

/**
 * The sampler that `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` name: OpenTelemetry's, `ratio` for
 * `parentbased_traceidratio`, and `adaptive`, whose argument is its traces per second. Never throws.
 */
export function samplerFromName(name: string, arg?: string | undefined): NamedSampler {
  const wanted = name.trim().toLowerCase();
  const make = samplers.get(wanted);
  if (make !== undefined) return make(arg?.trim() ?? '');
  const instead = `Allowed are ${[...samplers.keys()].join(', ')}.`;
  return { sampler: undefined, problem: `there is no sampler ${JSON.stringify(name)}. ${instead}` };
}

const always = (sampler: Sampler) => (): NamedSampler => ({ sampler, problem: undefined });

const ratio =
  (wrap: (sampler: Sampler) => Sampler) =>
  (arg: string): NamedSampler => {
    const value = arg === '' ? 1 : Number(arg);
    if (value >= 0 && value <= 1) return { sampler: wrap(ratioSampler(value)), problem: undefined };
    const problem = `the argument ${JSON.stringify(arg)} is no ratio from 0 to 1; 1 is used instead.`;
    return { sampler: wrap(ratioSampler(1)), problem };
  };

const adaptive = (arg: string): NamedSampler => {
  try {
    return { sampler: adaptiveSampler({ tracesPerSecond: arg === '' ? undefined : Number(arg) }), problem: undefined };
  } catch {
    const problem = `the argument ${JSON.stringify(arg)} is no number of traces per second above 0; 100 is used instead.`;
    return { sampler: adaptiveSampler(), problem };
  }
};

const samplers: ReadonlyMap<string, (arg: string) => NamedSampler> = new Map([
  ['always_on', always(alwaysOn)],
  ['always_off', always(alwaysOff)],
  ['ratio', ratio(parentBased)],
  ['traceidratio', ratio((sampler) => sampler)],
  ['adaptive', adaptive],
  ['parentbased_always_on', always(parentBased(alwaysOn))],
  ['parentbased_always_off', always(parentBased(alwaysOff))],
  ['parentbased_traceidratio', ratio(parentBased)],
  ['parentbased_adaptive', adaptive],
]);
