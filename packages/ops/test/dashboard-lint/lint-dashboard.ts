import { lintRules } from './lint-rules.js';
import type { LintedDashboard } from './linted.js';

/**
 * What Grafana's dashboard-linter would find in a dashboard's JSON, with the linter's name of each rule. Two deviations: expressions
 * over exporters may use the variables `host_job` and `host_instance`, or others that end alike, for `job` and `instance`; and the
 * rules for expressions also read bar gauges and tables.
 */
export function dashboardProblems(json: string): string[] {
  let dashboard: LintedDashboard;
  try {
    dashboard = JSON.parse(json) as LintedDashboard;
  } catch (error) {
    return [`json: it cannot be parsed: ${error instanceof Error ? error.message : String(error)}`];
  }
  if (typeof dashboard !== 'object' || dashboard === null) return ['json: it is no object'];
  return lintRules.flatMap(({ name, problems }) => problems(dashboard).map((problem) => `${name}: ${problem}`));
}
