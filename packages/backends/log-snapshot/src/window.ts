export { type MetricsWindow, type MetricsWindowOptions, metricsWindow, type WindowMetrics } from './metrics-window.js';
export type { NamePattern } from './selected-names.js';
export type { LineValue } from './snapshot-line.js';
export type { WindowStatistics } from './window-statistics.js';
