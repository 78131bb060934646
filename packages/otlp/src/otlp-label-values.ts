import type { LabelValueSets } from '@sightline/core/backend';
import { lossReasons } from './delivery/delivery-counts.js';

const signal = { values: ['traces', 'logs'] };

/** For alert rules: every count of `sightline_otlp_lost_total` is a loss. */
export const otlpLabelValues: LabelValueSets = {
  sightline_otlp_exported_total: { signal },
  sightline_otlp_lost_total: { signal, reason: { values: lossReasons, failing: '.+' } },
};
