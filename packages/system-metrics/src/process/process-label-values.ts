import type { LabelValueSets } from '@sightline/core/backend';

export const gcKinds = ['major', 'minor', 'incremental', 'weakcb'] as const;
export const loopStates = ['idle', 'active'] as const;

/** The label values of the process metrics. */
export const processLabelValues: LabelValueSets = {
  nodejs_gc_duration_seconds: { kind: { values: gcKinds } },
  nodejs_eventloop_time_seconds_total: { state: { values: loopStates } },
};
