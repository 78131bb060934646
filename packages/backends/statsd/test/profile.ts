import type { BackendProfile, Deviation } from '@sightline/conformance/backend';

const emptyHistogram: Deviation = {
  case: 'shows a declared histogram as empty before it observes',
  reason: 'A StatsD server knows a timer or distribution by its observations: there is no line that says "none".',
};

const noAnswer: readonly Deviation[] = [
  'resolves a flush only when the peer has what was recorded before it',
  'rejects a flush at its deadline',
].map((name) => ({
  case: name,
  reason: 'A StatsD server acknowledges nothing: what the kernel has taken counts as sent.',
}));

const noHolding: readonly Deviation[] = [
  'sends what is counted during a slow flush exactly once',
  'shuts down within its deadline although the peer does not answer',
].map((name) => ({ case: name, reason: 'A datagram is gone at once: there is no peer to wait for.' }));

const cannotFail: Deviation = {
  case: 'leaves recording and shutdown working when it cannot start',
  reason: 'Nothing can fail at start: the socket is opened with the first push.',
};

const noNegativeTimers: Deviation = {
  case: 'adds up negative observations',
  reason:
    'Servers refuse negative timers, so such observations are left out and counted; DogStatsD distributions take them.',
};

const onlyTimers: Deviation = {
  case: 'does not state a duration for other histograms',
  reason:
    'Its servers have no other type than timers for distributions, and a timer is in milliseconds: other values are sent as they are.',
};

const shared = { delivery: 'push', temporality: 'delta', histogramNeed: 'quantiles', quantileError: 0.1 } as const;

export const profiles: readonly BackendProfile[] = [
  {
    ...shared,
    name: 'StatsD (UDP)',
    deviations: [emptyHistogram, ...noAnswer, ...noHolding, cannotFail, noNegativeTimers, onlyTimers],
  },
  { ...shared, name: 'DogStatsD (Unix)', deviations: [emptyHistogram, ...noAnswer, cannotFail] },
  { ...shared, name: 'DogStatsD timers (Unix)', deviations: [emptyHistogram, ...noAnswer, cannotFail] },
  {
    ...shared,
    name: 'Graphite tags (TCP)',
    deviations: [emptyHistogram, ...noAnswer, cannotFail, noNegativeTimers, onlyTimers],
  },
];
