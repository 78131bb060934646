import type { LabelValueSets } from '@sightline/core/backend';
import { runStatuses } from './run-statuses.js';

/** For alert rules: which runs have failed, of those that have ended. Cancelled runs are in neither. */
export function runLabelValues(namespace: string): LabelValueSets {
  return {
    [`${namespace}_runs_total`]: { status: { values: runStatuses, failing: 'failed', outOf: 'success|failed' } },
    [`${namespace}_errors_total`]: { error_type: { failing: '.+' } },
  };
}
