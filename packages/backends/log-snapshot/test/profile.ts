import type { BackendProfile } from '@sightline/conformance/backend';
import { deviations } from './deviations.js';

export const profiles: readonly BackendProfile[] = [
  { name: 'log snapshot', delivery: 'push', temporality: 'delta', histogramNeed: 'quantiles', deviations },
];
