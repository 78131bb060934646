import { yamlFile } from '../files/yaml.js';
import type { Alert, RecordingRule, RuleGroup } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';
import { alertAnnotations, alertLabels } from './alert-texts.js';
import { ruleGroups } from './rule-groups.js';
import { templateText } from './template-text.js';

/** Prometheus' rules of a service. */
export function rulesFile(facts: Facts): OpsFile {
  const groups = ruleGroups(facts).map((group) => prometheusGroup(facts, group));
  return yamlFile('prometheus/rules.yml', { groups }, ['Check it: promtool test rules *.test.yml']);
}

/** A group as Prometheus and its operator read it. */
export function prometheusGroup(
  facts: Facts,
  { name, intervalSeconds, recording, alerts }: RuleGroup,
): PrometheusGroup {
  return {
    name,
    interval: `${intervalSeconds}s`,
    rules: [...recording.map(recordingRule), ...alerts.map((alert) => alertingRule(facts, alert))],
  };
}

export interface PrometheusGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly PrometheusRule[];
}

export interface PrometheusRule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A recording rule as Prometheus reads it. */
export function recordingRule({ record, expr, labels }: RecordingRule): PrometheusRule {
  return { record, expr, labels };
}

/** An alerting rule as Prometheus reads it. */
export function alertingRule(facts: Facts, alert: Alert): PrometheusRule {
  const labels = Object.entries(alertLabels(facts, alert)).map(([name, value]) => [name, templateText(value)]);
  return {
    alert: alert.name,
    expr: alert.expr,
    ...(alert.forSeconds === 0 ? {} : { for: `${alert.forSeconds}s` }),
    labels: Object.fromEntries(labels),
    annotations: alertAnnotations(facts, alert),
  };
}
