import type { Alert } from '../model/alert.js';
import type { Facts, Selector } from '../model/facts.js';
import { matches } from '../promql/selectors.js';
import { exampleLabels, otherLabels } from '../rule-tests/example-labels.js';
import { type AlertCheck, MINUTE, quietAt, scenario } from '../rule-tests/scenario.js';
import { EVALUATION_SECONDS, type RuleSet } from './rule-set.js';
import { errorLines } from './runbook-texts.js';
import { scoped } from './signal-rates.js';
import { templateText } from './template-text.js';

/** What Sightline counts when data is lost: the selector of the losses, what they are, and the remedy. */
const losses: ReadonlyArray<{ readonly selector: Selector; readonly what: string; readonly remedy: string }> = [
  loss(
    'sightline_otlp_lost_total',
    'Spans or log records did not reach the collector',
    'See the label "reason"; look whether the collector answers, or enlarge the queue.',
  ),
  loss(
    'sightline_otel_unaccepted_points_total',
    'The collector refused metrics',
    'See the label "reason" and the log of the collector.',
  ),
  {
    selector: { metric: 'log_dropped_total', matchers: [matches('reason', 'destination|sink|unwritable|alert')] },
    what: 'Log lines were not written',
    remedy: 'See the label "reason"; look whether the disk is full or the reader of the output is too slow.',
  },
  loss(
    'sightline_dropped_total',
    'Recordings were dropped because of their value',
    'The log has one line per metric and reason: correct the call.',
  ),
  loss(
    'sightline_mislabelled_total',
    'Recordings had wrong labels',
    'The log has one line per metric and reason: correct the call.',
  ),
  loss(
    'sightline_overflowed_total',
    'A label has too many values: its recordings went to the overflow series',
    'Remove the label named in the log, or group its values.',
  ),
  loss(
    'sightline_collect_failures_total',
    'A callback that reads a value failed',
    'The log has one line per source: correct the callback.',
  ),
  loss(
    'sightline_event_handler_failures_total',
    'A handler of events failed and was detached',
    'The log names the handler: correct it and restart.',
  ),
  loss(
    'sightline_scheduled_failures_total',
    'A value that is computed on a schedule could not be computed',
    'The log names the metric: look whether its source answers.',
  ),
];

/** TelemetryLost: what this service says about itself is incomplete, so that other alerts may be blind. */
export function telemetryLossRules(facts: Facts): RuleSet {
  const declared = new Set(facts.catalogue.metrics.map(({ name }) => name));
  const parts = losses
    .filter(({ selector }) => declared.has(selector.metric))
    .map(({ selector, what, remedy }) => telemetryLost(facts, selector, what, remedy));
  return {
    group: {
      name: `${facts.service} telemetry`,
      intervalSeconds: EVALUATION_SECONDS,
      recording: [],
      alerts: parts.map(({ alert }) => alert),
    },
    scenarios: parts.flatMap(({ scenarios }) => scenarios),
  };
}

function telemetryLost(facts: Facts, selector: Selector, what: string, remedy: string) {
  const counter = scoped(facts, selector);
  const alert: Alert = {
    name: 'TelemetryLost',
    // These counters do not exist before the first loss, which increase() alone would not see.
    expr: `sum by (instance) ((${counter} unless (${counter} offset 15m)) or increase(${counter}[15m])) > 0`,
    forSeconds: 0,
    severity: 'warning',
    labels: { metric: selector.metric },
    summary: `${what} (${templateText(facts.service)} at {{ $labels.instance }})`,
    description: `${selector.metric} rose within 15 minutes. ${remedy}`,
    dashboard: 'application',
    runbook: {
      symptom: 'None for users. Dashboards, traces or logs have gaps, and other alerts may be blind.',
      causes: [
        'The collector or the log destination is down or slow.',
        'More telemetry is made than the queue holds.',
        'Code records wrong values or labels.',
      ],
      actions: [
        'See which counter rose, by its labels.',
        'Read the warning that the service logged at the first loss.',
      ],
      queries: [{ title: selector.metric, language: 'promql', expr: `increase(${counter}[15m])` }, errorLines(facts)],
    },
  };
  return { alert, scenarios: scenarios(facts, selector, alert) };
}

function scenarios(facts: Facts, selector: Selector, alert: Alert) {
  const { metric } = selector;
  const example = exampleLabels(facts.catalogue, selector);
  const lost = (values: string, job = facts.job, labels = example) => ({
    metric,
    labels: { job, instance: 'a:9464', ...labels },
    values,
  });
  // Of the same name, but on purpose.
  const other = otherLabels(facts, selector);
  const intended = other === undefined ? [] : [lost('0+5x60', facts.job, other)];
  const fires = (atSeconds: number): AlertCheck => ({
    atSeconds,
    name: alert.name,
    firing: [{ alert, labels: { instance: 'a:9464' }, value: Number.NaN }],
  });
  const quiet = (...times: readonly number[]) => quietAt([alert.name], ...times);
  return [
    scenario(`${metric} does not rise`, {
      series: [lost('3+0x60'), lost('0+5x60', `${facts.job}-other`), ...intended],
      checks: quiet(20 * MINUTE, 40 * MINUTE),
    }),
    scenario(`${metric} appears with its first loss`, {
      series: [lost('_x20 1+0x40')],
      checks: [...quiet(19 * MINUTE), fires(21 * MINUTE), fires(34 * MINUTE), ...quiet(37 * MINUTE, 50 * MINUTE)],
    }),
    scenario(`${metric} rises once`, {
      series: [lost('3+0x29 4+0x40')],
      checks: [...quiet(29 * MINUTE), fires(31 * MINUTE), fires(42 * MINUTE), ...quiet(46 * MINUTE, 60 * MINUTE)],
    }),
    scenario(`${metric} does not exist`, { series: [], checks: quiet(15 * MINUTE) }),
  ];
}

function loss(metric: string, what: string, remedy: string) {
  return { selector: { metric, matchers: [] }, what, remedy };
}
