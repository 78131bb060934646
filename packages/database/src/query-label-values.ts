import type { LabelValueSets } from '@sightline/core/backend';

/** Values of `state` in `repo.pool.connections`. */
export const connectionStates = ['used', 'idle', 'waiting'] as const;

/** For alert rules: every count of `repo.query.errors` is a failure; `repo.query.total_time` counts all queries. */
export const queryLabelValues: LabelValueSets = {
  'repo.query.errors': { 'error.type': { failing: '.+' } },
  'repo.pool.connections': { state: { values: connectionStates } },
};
