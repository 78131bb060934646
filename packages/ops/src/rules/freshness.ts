import type { Alert } from '../model/alert.js';
import type { Facts, FreshnessFact } from '../model/facts.js';
import { exampleLabels, otherLabels } from '../rule-tests/example-labels.js';
import { type AlertCheck, type InputSeries, MINUTE, quietAt, scenario } from '../rule-tests/scenario.js';
import { EVALUATION_SECONDS, type RuleSet } from './rule-set.js';
import { errorLines } from './runbook-texts.js';
import { otherJob } from './signal-part.js';
import { scoped } from './signal-rates.js';
import { templateText } from './template-text.js';

const FOR_SECONDS = 120;

/** FeedSilent: what should happen all the time has not happened for too long. */
export function freshnessRules(facts: Facts): RuleSet {
  const parts = facts.freshness.map((fact) => feedSilent(facts, fact));
  return {
    group: {
      name: `${facts.service} freshness`,
      intervalSeconds: EVALUATION_SECONDS,
      recording: [],
      alerts: parts.map(({ alert }) => alert),
    },
    scenarios: parts.flatMap(({ scenarios }) => scenarios),
  };
}

function feedSilent(facts: Facts, { selector, maxAgeSeconds }: FreshnessFact) {
  const gauge = scoped(facts, selector);
  const alert: Alert = {
    name: 'FeedSilent',
    // The age when it was scraped: time() would add up to a minute that has passed since.
    expr: `timestamp(${gauge}) - ${gauge} > ${maxAgeSeconds}`,
    forSeconds: FOR_SECONDS,
    severity: 'high',
    labels: { metric: selector.metric },
    summary: `${templateText(selector.metric)} of {{ $labels.instance }} has been silent for {{ $value | humanizeDuration }}`,
    description: `Nothing has happened for more than ${maxAgeSeconds} seconds. The instance itself answers.`,
    dashboard: 'application',
    runbook: {
      symptom: 'Data is missing from now on, although the service runs.',
      causes: [
        'The connection is open but dead, or its subscription is lost.',
        'The other side sends nothing: maintenance, or closed.',
        'A filter or a parser drops everything.',
      ],
      actions: [
        'See whether the other side sends to others.',
        'Restart the instance: it connects and subscribes anew.',
        'See the error lines.',
      ],
      queries: [
        { title: 'Age in seconds', language: 'promql', expr: `timestamp(${gauge}) - ${gauge}` },
        errorLines(facts),
      ],
    },
  };
  return { alert, scenarios: scenarios(facts, { selector, maxAgeSeconds }, alert) };
}

function scenarios(facts: Facts, { selector, maxAgeSeconds: limit }: FreshnessFact, alert: Alert) {
  const labels = { job: facts.job, instance: 'a:9464', ...exampleLabels(facts.catalogue, selector) };
  const quiet = (...times: readonly number[]) => quietAt([alert.name], ...times);
  const fires = (atSeconds: number, value: number): AlertCheck => ({
    atSeconds,
    name: alert.name,
    firing: [{ alert, labels, value }],
  });
  /** The time of the last event: that of the scrape, less `age`. */
  const fresh = (age: number, minutes: number, more: Record<string, string> = {}): InputSeries => ({
    metric: selector.metric,
    labels: { ...labels, ...more },
    values: `${-age}+60x${minutes}`,
  });
  const other = { job: otherJob(facts).job };
  const unlike = otherLabels(facts, selector);
  const others = [other, ...(unlike === undefined ? [] : [unlike])];
  return [
    scenario(`${selector.metric} is little older than ${limit} s`, {
      series: [fresh(limit + 1, 20), fresh(0, 20, other)],
      checks: [...quiet(0, MINUTE), fires(2 * MINUTE, limit + 1), fires(15 * MINUTE, limit + 1)],
    }),
    scenario(`${selector.metric} is ${limit} s old at every scrape`, {
      series: [fresh(limit, 20), ...others.map((more) => fresh(limit * 10, 20, more))],
      checks: quiet(0, 2 * MINUTE, 15 * MINUTE),
    }),
    scenario(`${selector.metric} is fresh, and scraped late`, {
      series: [{ metric: selector.metric, labels, values: '0 60 120 _x3 360 420 _x3 660' }],
      checks: quiet(5 * MINUTE, 6 * MINUTE, 10 * MINUTE, 11 * MINUTE),
    }),
    scenario(`No series of ${selector.metric}`, { series: [], checks: quiet(15 * MINUTE) }),
  ];
}
