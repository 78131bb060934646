export { isIdLabel } from './id-labels.js';
export type { LintOptions, LintProblem, LintRule } from './lint-metrics.js';
export { lintMetrics } from './lint-metrics.js';
