import type { Alert } from '../model/alert.js';
import type { CatalogueMetric } from '../model/catalogue.js';
import type { Facts } from '../model/facts.js';
import { counterValues } from '../rule-tests/counter-values.js';
import { type AlertCheck, MINUTE, quietAt, scenario } from '../rule-tests/scenario.js';
import { EVALUATION_SECONDS, type RuleSet } from './rule-set.js';
import { errorLines } from './runbook-texts.js';
import { scoped } from './signal-rates.js';
import { templateText } from './template-text.js';

/** Above this many in 15 minutes. */
const LIMIT = 5;
const FOR_SECONDS = 300;

/** FrequentReconnects: a connection does not hold. For every counter of the service that is called `…reconnects_total`. */
export function reconnectRules(facts: Facts): RuleSet {
  const counters = facts.catalogue.metrics.filter(
    ({ name, type }) => type === 'counter' && /(?:^|_)reconnect(?:s|ions)_total$/.test(name),
  );
  const parts = counters.map((counter) => frequentReconnects(facts, counter));
  return {
    group: {
      name: `${facts.service} reconnects`,
      intervalSeconds: EVALUATION_SECONDS,
      recording: [],
      alerts: parts.map(({ alert }) => alert),
    },
    scenarios: parts.flatMap(({ scenarios }) => scenarios),
  };
}

function frequentReconnects(facts: Facts, { name: metric }: CatalogueMetric) {
  const counter = scoped(facts, { metric, matchers: [] });
  const expr = `sum by (instance) (increase(${counter}[15m]))`;
  const alert: Alert = {
    name: 'FrequentReconnects',
    expr: `${expr} > ${LIMIT}`,
    forSeconds: FOR_SECONDS,
    severity: 'warning',
    labels: { metric },
    summary: `${templateText(metric)} of {{ $labels.instance }} rose by more than ${LIMIT} in 15 minutes`,
    description: 'A connection is lost again and again. Data may be missing between two connections.',
    dashboard: 'application',
    runbook: {
      symptom: 'Data arrives with gaps.',
      causes: [
        'The other side closes: limits, maintenance, wrong credentials.',
        'The network, or a proxy with a short time-out.',
        'The event loop is blocked, so that heartbeats are late.',
      ],
      actions: ['See why connections closed, in the log.', 'Compare with the delay of the event loop.'],
      queries: [{ title: 'Reconnects in 15 minutes', language: 'promql', expr }, errorLines(facts)],
    },
  };
  const labels = { instance: 'a:9464' };
  const reconnects = (perMinute: number, instance = 'a:9464', job = facts.job) => ({
    metric,
    labels: { job, instance },
    values: counterValues([
      { minutes: 20, perMinute },
      { minutes: 40, perMinute: 0 },
    ]),
  });
  const fires = (atSeconds: number): AlertCheck => ({
    atSeconds,
    name: alert.name,
    firing: [{ alert, labels, value: Number.NaN }],
  });
  const quiet = (...times: readonly number[]) => quietAt([alert.name], ...times);
  const scenarios = [
    scenario(`${metric} rises a little too fast`, {
      // 4.2 in a window that holds 12 minutes at least, of 15.
      series: [reconnects((LIMIT / 15) * 1.1), reconnects(0, 'b:9464')],
      checks: [...quiet(0), fires(20 * MINUTE)],
    }),
    scenario(`${metric} rises fast from its first scrape on`, {
      series: [{ metric, labels: { job: facts.job, instance: 'a:9464' }, values: '0+100x30' }],
      checks: [...quiet(0, 5 * MINUTE), fires(6 * MINUTE), fires(7 * MINUTE)],
    }),
    scenario(`${metric} rises a little less fast`, {
      series: [
        reconnects((LIMIT / 15) * 0.9),
        reconnects((LIMIT / 15) * 0.9, 'b:9464'),
        reconnects(10, 'a:9464', `${facts.job}-other`),
      ],
      checks: quiet(10 * MINUTE, 20 * MINUTE, 35 * MINUTE),
    }),
    scenario(`${metric} rose fast, and no longer does`, {
      series: [reconnects(10)],
      checks: [fires(20 * MINUTE), fires(32 * MINUTE), ...quiet(35 * MINUTE, 40 * MINUTE)],
    }),
    scenario(`No series of ${metric}`, { series: [], checks: quiet(15 * MINUTE) }),
  ];
  return { alert, scenarios };
}
