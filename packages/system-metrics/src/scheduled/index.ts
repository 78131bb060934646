export type {
  ScheduledGaugeOptions,
  ScheduledMetrics,
  ScheduledMetricsOptions,
  ScheduledValue,
} from './scheduled-metrics.js';
export { scheduledMetrics } from './scheduled-metrics.js';
