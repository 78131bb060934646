import type { LabelValueSets } from '@sightline/core/backend';

/** Why a line was not written, or not given to a sink. */
export const dropReasons = ['sampled', 'repeated', 'destination', 'sink', 'unwritable', 'alert'] as const;

/** For alert rules: lines of errors, of all lines; and lines that were lost, beside those left out on purpose. */
export const logLabelValues: LabelValueSets = {
  log_lines_total: {
    level: { values: ['trace', 'debug', 'info', 'warning', 'error', 'critical'], failing: 'error|critical' },
  },
  log_dropped_total: { reason: { values: dropReasons, failing: 'destination|sink|unwritable|alert' } },
};
