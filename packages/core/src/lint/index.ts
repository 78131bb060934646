export { isIdLabel } from './id-labels.js';
export type { LintOptions, LintProblem, LintRule } from './lint-metrics.js';
export { lintedFamilies, lintMetrics, lintRules } from './lint-metrics.js';
