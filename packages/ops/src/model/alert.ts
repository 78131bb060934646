import type { Severity } from './facts.js';

/** An alerting rule, with all that its runbook, its test and its panels need. */
export interface Alert {
  /** `HighErrorRate`. Several alerts may share it, with different `labels` or severities; they share a runbook. */
  readonly name: string;
  /** PromQL. */
  readonly expr: string;
  /** In seconds; 0: fires at once. */
  readonly forSeconds: number;
  readonly severity: Severity;
  /** Besides `severity`, `service` and `team`, which every alert has: `signal`, `slo` … */
  readonly labels: Readonly<Record<string, string>>;
  /** One line, with Go templates for values: `{{ $value | humanizePercentage }}`. */
  readonly summary: string;
  readonly description: string;
  /** File name without `.json` of the dashboard that shows it. */
  readonly dashboard: DashboardId;
  readonly runbook: RunbookText;
}

export type DashboardId = 'system-overview' | 'application' | 'model' | 'database' | 'business' | 'infrastructure';

/** The page of an alert's name. Alerts that share a name share this text; their queries are all listed. */
export interface RunbookText {
  /** What users notice. */
  readonly symptom: string;
  /** Most likely first. */
  readonly causes: readonly string[];
  /** What to do at once, in order. */
  readonly actions: readonly string[];
  /** Further queries that tell causes apart. PromQL or LogQL. */
  readonly queries: readonly RunbookQuery[];
}

export interface RunbookQuery {
  readonly title: string;
  readonly language: 'promql' | 'logql';
  readonly expr: string;
}

/** A recording rule. */
export interface RecordingRule {
  /** `level:metric:operations`. */
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Rules that are evaluated in order, together. */
export interface RuleGroup {
  readonly name: string;
  readonly intervalSeconds: number;
  readonly recording: readonly RecordingRule[];
  readonly alerts: readonly Alert[];
}
