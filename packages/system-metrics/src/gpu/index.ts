export type { GpuMetrics, GpuMetricsOptions } from './collect-gpu-metrics.js';
export { collectGpuMetrics } from './collect-gpu-metrics.js';
export { gpuLabelValues } from './gpu-label-values.js';
