export type { ProcessMetrics, ProcessMetricsOptions } from './collect-process-metrics.js';
export { collectProcessMetrics, processMetricsFields } from './collect-process-metrics.js';
export { processLabelValues } from './process-label-values.js';
