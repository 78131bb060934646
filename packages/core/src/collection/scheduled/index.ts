export type { NewestValues } from './newest-values.js';
export type {
  ScheduledGaugeOptions,
  ScheduledMetrics,
  ScheduledMetricsOptions,
} from './scheduled-metrics.js';
export { scheduledMetrics } from './scheduled-metrics.js';
export type { ScheduledValue } from './scheduled-value.js';
