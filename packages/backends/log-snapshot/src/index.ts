export type { EnvironmentRow } from './environment.js';
export { logSnapshotEnvironment } from './environment.js';
export type { SnapshotLogger } from './line-writer.js';
export { logSnapshotBackend } from './log-snapshot-backend.js';
export { type MetricsWindow, type MetricsWindowOptions, metricsWindow, type WindowMetrics } from './metrics-window.js';
export type { LogSnapshotOptions } from './options.js';
export type { NamePattern } from './selected-names.js';
