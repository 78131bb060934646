export type { SnapshotLogger } from './line-writer.js';
export { logSnapshotBackend } from './log-snapshot-backend.js';
export { type MetricsWindow, type MetricsWindowOptions, metricsWindow, type WindowMetrics } from './metrics-window.js';
export type { LogSnapshotOptions } from './options.js';
export type { NamePattern } from './selected-names.js';
