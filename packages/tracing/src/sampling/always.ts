import { dropped, type Sampler, sampled } from './sampler.js';

/** Samples every span, whatever its parent. Its name is that of OpenTelemetry's. */
export const alwaysOn: Sampler = {
  shouldSample: () => sampled,
  toString: () => 'AlwaysOnSampler',
  readsAttributes: false,
};

/** Samples no span, whatever its parent. */
export const alwaysOff: Sampler = {
  shouldSample: () => dropped,
  toString: () => 'AlwaysOffSampler',
  readsAttributes: false,
  dropsUnderUnsampledParent: true,
};
