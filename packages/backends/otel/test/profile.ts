import type { BackendProfile } from '@sightline/conformance/backend';

const pushed = { delivery: 'push', deviations: [] } as const;

export const profiles: readonly BackendProfile[] = [
  { ...pushed, name: 'OTLP', temporality: 'cumulative', histogramNeed: 'explicit' },
  { ...pushed, name: 'OTLP, delta', temporality: 'delta', histogramNeed: 'explicit' },
  { ...pushed, name: 'OTLP, JSON, exponential', temporality: 'cumulative', histogramNeed: 'native' },
  { ...pushed, name: 'OTLP, gRPC, delta, exponential', temporality: 'delta', histogramNeed: 'native' },
];
