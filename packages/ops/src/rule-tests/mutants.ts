import type { Alert, RecordingRule, RuleGroup } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import { ruleSets } from '../rules/rule-sets.js';
import { alertingRule, type PrometheusRule, recordingRule } from '../rules/rules-file.js';
import { promqlMutations } from './promql-mutations.js';
import type { Scenario } from './scenario.js';

/** A rule with one change, which the tests must notice. */
export interface Mutant {
  /** `HighErrorRate (http-server, high)`. */
  readonly title: string;
  readonly change: string;
  readonly changed: PrometheusRule;
}

/** A rule, everything that its tests need, and all its mutants. */
export interface RuleUnderTest {
  readonly source: Alert | RecordingRule;
  /** Recorded series that it reads. */
  readonly recordings: readonly PrometheusRule[];
  /** Those that speak of it; the ones that say most first. */
  readonly scenarios: readonly Scenario[];
  readonly mutants: readonly Mutant[];
}

/** Every rule in every wrong form that the tests must notice. */
export function mutants(facts: Facts): RuleUnderTest[] {
  return ruleSets(facts).flatMap(({ group, scenarios }) => [
    ...group.recording.map((rule) => ruleUnderTest(group, scenarios, rule, recordingRule(rule))),
    ...group.alerts.map((alert) => ruleUnderTest(group, scenarios, alert, alertingRule(facts, alert))),
  ]);
}

function ruleUnderTest(
  group: RuleGroup,
  scenarios: readonly Scenario[],
  source: Alert | RecordingRule,
  rule: PrometheusRule,
): RuleUnderTest {
  const weights = new Map(scenarios.map((scenario) => [scenario, weight(scenario, source)]));
  return {
    source,
    recordings: group.recording.filter(({ record }) => rule.expr.includes(record)).map(recordingRule),
    scenarios: scenarios
      .filter((scenario) => weights.get(scenario) !== 0)
      .toSorted((one, other) => (weights.get(other) ?? 0) - (weights.get(one) ?? 0)),
    mutants: changes(rule).map(({ change, changed }) => ({ title: ruleTitle(rule), change, changed })),
  };
}

/** 0: it says nothing of the rule. */
function weight({ checks, states, values }: Scenario, source: Alert | RecordingRule): number {
  if ('record' in source) return values.filter((value) => isOf(value, source)).length;
  const own = checks.filter((check) => check.name === source.name);
  return own.some(({ firing }) => firing.some(({ alert }) => alert === source))
    ? 2
    : Math.sign(own.length + states.filter(({ alert }) => alert === source).length);
}

/** Whether a value is that of a recording. */
export function isOf(value: Scenario['values'][number], { record, labels }: RecordingRule): boolean {
  return value.record === record && Object.entries(labels).every(([name, text]) => value.labels[name] === text);
}

interface Change {
  readonly change: string;
  readonly changed: PrometheusRule;
}

function changes(rule: PrometheusRule): Change[] {
  const ofExpr = promqlMutations(rule.expr).map(({ change, expr }) => ({ change, changed: { ...rule, expr } }));
  const ofLabels = Object.keys(rule.labels).map((name) => ({
    change: `without the label ${name}`,
    changed: { ...rule, labels: without(rule.labels, name) },
  }));
  return rule.alert === undefined ? [...ofExpr, ...ofLabels] : [...ofExpr, ...ofLabels, ...alertChanges(rule)];
}

function alertChanges(rule: PrometheusRule): Change[] {
  const { annotations = {}, labels } = rule;
  const forSeconds = Number.parseInt(rule.for ?? '0', 10);
  const severity = labels['severity'] === 'warning' ? 'critical' : 'warning';
  const { for: _for, ...atOnce } = rule;
  return [
    { change: 'never fires', changed: { ...rule, expr: 'vector(0) > 1' } },
    { change: 'always fires', changed: { ...rule, expr: 'vector(1)' } },
    { change: `severity ${severity}`, changed: { ...rule, labels: { ...labels, severity } } },
    ...(forSeconds === 0
      ? [{ change: 'for 5 m', changed: { ...rule, for: '300s' } }]
      : [
          { change: 'no for', changed: atOnce },
          { change: 'for twice as long', changed: { ...rule, for: `${forSeconds * 2}s` } },
        ]),
    ...Object.keys(annotations).map((name) => ({
      change: `without the annotation ${name}`,
      changed: { ...rule, annotations: without(annotations, name) },
    })),
  ];
}

function without(values: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
}

function ruleTitle({ alert, record, labels }: PrometheusRule): string {
  const { service: _service, team: _team, ...own } = labels;
  const details = Object.values(own).join(', ');
  return `${alert ?? record}${details === '' ? '' : ` (${details})`}`;
}
