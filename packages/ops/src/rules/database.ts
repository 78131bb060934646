import type { Alert } from '../model/alert.js';
import type { DatabaseFact, Facts } from '../model/facts.js';
import { equal, series } from '../promql/selectors.js';
import { gaugeValues } from '../rule-tests/counter-values.js';
import { type AlertCheck, type InputSeries, MINUTE, quietAt, scenario } from '../rule-tests/scenario.js';
import { EVALUATION_SECONDS, type RuleSet } from './rule-set.js';

const FOR_SECONDS = 60;

/** DatabaseDown: the exporter cannot reach the database, or is not there itself, so that the database is not watched. */
export function databaseRules(facts: Facts, { job }: DatabaseFact): RuleSet {
  const reachable = series({ metric: 'pg_up', matchers: [equal('job', job)] });
  const scraped = series({ metric: 'up', matchers: [equal('job', job)] });
  const alert: Alert = {
    name: 'DatabaseDown',
    expr: `${reachable} == 0 or ${scraped} == 0 or absent(${reachable})`,
    forSeconds: FOR_SECONDS,
    severity: 'critical',
    labels: {},
    summary:
      'PostgreSQL cannot be reached: {{ if $labels.instance }}{{ $labels.instance }}{{ else }}no exporter is known{{ end }}',
    description: 'The exporter has not reached the database for a minute, or the exporter itself is not there.',
    dashboard: 'database',
    runbook: {
      symptom: 'Everything that reads or writes data fails.',
      causes: [
        'The database is down or starting, or its disk is full.',
        'It takes no more connections.',
        'The exporter is down, or its password changed.',
      ],
      actions: [
        'Connect with psql from the machine of the service.',
        'See the log of the database, and its disk.',
        'If only the exporter is down, restart it.',
      ],
      queries: [
        { title: 'Reached by the exporter', language: 'promql', expr: reachable },
        { title: 'Exporter scraped', language: 'promql', expr: scraped },
      ],
    },
  };
  return {
    group: {
      name: `${facts.service} database`,
      intervalSeconds: EVALUATION_SECONDS,
      recording: [],
      alerts: [alert],
    },
    scenarios: scenarios(alert, job),
  };
}

function scenarios(alert: Alert, job: string) {
  const exporter = (metric: string, values: string, instance: string, name = job): InputSeries => ({
    metric,
    labels: { job: name, instance },
    values,
  });
  const both = (upValues: string, reachableValues: string, instance: string, name = job) => [
    exporter('up', upValues, instance, name),
    exporter('pg_up', reachableValues, instance, name),
  ];
  const one = gaugeValues(1, 20);
  const zero = gaugeValues(0, 20);
  const fires = (atSeconds: number, instance?: string): AlertCheck => ({
    atSeconds,
    name: alert.name,
    firing: [
      {
        alert,
        labels: instance === undefined ? { job } : { job, instance },
        value: instance === undefined ? 1 : 0,
      },
    ],
  });
  const quiet = (...times: readonly number[]) => quietAt([alert.name], ...times);
  return [
    scenario('The database is up', {
      series: [...both(one, one, 'a:9187'), ...both(zero, zero, 'other:9187', 'another-database')],
      checks: quiet(0, 2 * MINUTE, 15 * MINUTE),
    }),
    scenario('One of two databases cannot be reached', {
      series: [
        ...both(one, one, 'a:9187'),
        ...both(one, '1+0x4 0+0x15', 'b:9187'),
        ...both(one, one, 'other:9187', 'another-database'),
      ],
      checks: [...quiet(4 * MINUTE, 5 * MINUTE), fires(6 * MINUTE, 'b:9187'), fires(15 * MINUTE, 'b:9187')],
    }),
    scenario('One of two exporters of databases is down', {
      series: [...both(one, one, 'a:9187'), ...both('1+0x4 0+0x15', '1+0x4 stale', 'b:9187')],
      checks: [...quiet(4 * MINUTE, 5 * MINUTE), fires(6 * MINUTE, 'b:9187'), fires(15 * MINUTE, 'b:9187')],
    }),
    scenario('No exporter of a database', {
      series: both(one, one, 'other:9187', 'another-database'),
      checks: [...quiet(0), fires(MINUTE), fires(15 * MINUTE)],
    }),
  ];
}
