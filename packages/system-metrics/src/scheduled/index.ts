export type { NewestValues } from './newest-values.js';
export type {
  ScheduledGaugeOptions,
  ScheduledMetrics,
  ScheduledMetricsOptions,
  ScheduledValue,
} from './scheduled-metrics.js';
export { scheduledMetrics } from './scheduled-metrics.js';
