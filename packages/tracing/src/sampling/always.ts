import { dropped, type Sampler, sampled } from './sampler.js';

/** Samples every span, independent of its parent. Has the name of OpenTelemetry's sampler. */
export const alwaysOn: Sampler = {
  shouldSample: () => sampled,
  toString: () => 'AlwaysOnSampler',
  readsAttributes: false,
  keepsUnderSampledParent: true,
};

/** Samples no span, independent of its parent. */
export const alwaysOff: Sampler = {
  shouldSample: () => dropped,
  toString: () => 'AlwaysOffSampler',
  readsAttributes: false,
  dropsUnderUnsampledParent: true,
};
