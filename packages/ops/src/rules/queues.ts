import type { Alert } from '../model/alert.js';
import type { Facts, QueueFact } from '../model/facts.js';
import { boundaryScenarios } from '../rule-tests/boundaries.js';
import { gaugeValues } from '../rule-tests/counter-values.js';
import { exampleLabels, otherLabels } from '../rule-tests/example-labels.js';
import { MINUTE, quietAt, scenario } from '../rule-tests/scenario.js';
import { EVALUATION_SECONDS, type RuleSet } from './rule-set.js';
import { otherJob } from './signal-part.js';
import { scoped } from './signal-rates.js';
import { templateText } from './template-text.js';

/** QueueBacklog: more waits in a queue than it should, for 10 minutes. */
export function queueRules(facts: Facts): RuleSet {
  const parts = facts.queues.map((queue) => queueBacklog(facts, queue));
  return {
    group: {
      name: `${facts.service} queues`,
      intervalSeconds: EVALUATION_SECONDS,
      recording: [],
      alerts: parts.map(({ alert }) => alert),
    },
    scenarios: parts.flatMap(({ scenarios }) => scenarios),
  };
}

function queueBacklog(facts: Facts, { selector, limit }: QueueFact) {
  const gauge = scoped(facts, selector);
  const alert: Alert = {
    name: 'QueueBacklog',
    expr: `${gauge} > ${limit}`,
    forSeconds: 600,
    severity: 'warning',
    labels: { metric: selector.metric },
    summary: `${templateText(selector.metric)} of {{ $labels.instance }} is {{ $value | humanize }}`,
    description: `More than ${limit} wait for 10 minutes: work arrives faster than it is done.`,
    dashboard: 'application',
    runbook: {
      symptom: 'Work is done late.',
      causes: [
        'Workers are down or stuck.',
        'Work became slower: a dependency, or the input.',
        'More work arrives than usual.',
      ],
      actions: [
        'See whether the queue still grows, with the query below.',
        'See whether workers run and fail.',
        'Add workers, or stop what fills the queue.',
      ],
      queries: [
        { title: 'Size of the queue', language: 'promql', expr: gauge },
        { title: 'Growth per second', language: 'promql', expr: `deriv(${gauge}[15m])` },
      ],
    },
  };
  const labels = { job: facts.job, instance: 'a:9464', ...exampleLabels(facts.catalogue, selector) };
  const at = (value: string, more: Record<string, string> = {}) => ({
    metric: selector.metric,
    labels: { ...labels, ...more },
    values: value,
  });
  const other = otherLabels(facts, selector);
  const step = Number.isInteger(limit) && Math.abs(limit) < 100;
  const scenarios = [
    ...boundaryScenarios({
      quantity: selector.metric,
      alerts: [{ alert, limit }],
      isWhole: step,
      holdsFromSeconds: 0,
      labels,
      series: (value, minutes) => [
        at(gaugeValues(value, minutes)),
        ...(other === undefined ? [] : [at(gaugeValues(value > limit ? 0 : limit * 10 + 10, minutes), other)]),
        at(gaugeValues(value > limit ? 0 : limit * 10 + 10, minutes), { job: otherJob(facts).job }),
      ],
    }),
    scenario(`No series of ${selector.metric}`, { series: [], checks: quietAt([alert.name], 15 * MINUTE) }),
    scenario(`A short peak of ${selector.metric}`, {
      series: [at(`${limit * 2 + 2}+0x8 0+0x20`)],
      checks: quietAt([alert.name], 8 * MINUTE, 10 * MINUTE, 20 * MINUTE),
    }),
  ];
  return { alert, scenarios };
}
