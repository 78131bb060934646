import type { LabelValueSets } from '@sightline/core/backend';

/** What `state` of `repo.pool.connections` can be. */
export const connectionStates = ['used', 'idle', 'waiting'] as const;

/** For alert rules: every count of `repo.query.errors` is a failure, of those that `repo.query.total_time` counts. */
export const queryLabelValues: LabelValueSets = {
  'repo.query.errors': { 'error.type': { failing: '.+' } },
  'repo.pool.connections': { state: { values: connectionStates } },
};
