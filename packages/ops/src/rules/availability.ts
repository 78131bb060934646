import type { Alert } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import { equal, series } from '../promql/selectors.js';
import { gaugeValues } from '../rule-tests/counter-values.js';
import { type AlertCheck, type InputSeries, MINUTE, quietAt, scenario } from '../rule-tests/scenario.js';
import { EVALUATION_SECONDS, type RuleSet } from './rule-set.js';
import { errorLines } from './runbook-texts.js';
import { templateText } from './template-text.js';

const FOR_SECONDS = 60;

/** SystemDown: an instance cannot be scraped, or Prometheus knows of none. */
export function availabilityRules(facts: Facts): RuleSet {
  const { job, service } = facts;
  const up = series({ metric: 'up', matchers: [equal('job', job)] });
  const alert: Alert = {
    name: 'SystemDown',
    expr: `${up} == 0 or absent(${up})`,
    forSeconds: FOR_SECONDS,
    severity: 'critical',
    labels: {},
    summary: `${templateText(service)} is down: {{ if $labels.instance }}{{ $labels.instance }}{{ else }}no instance is known{{ end }}`,
    description:
      'Prometheus has not been able to read the metrics of an instance for a minute, or has no instance of the job at all.',
    dashboard: 'system-overview',
    runbook: {
      symptom: 'Requests of an instance fail, or of all instances.',
      causes: [
        'The process crashed, was killed (memory) or cannot start.',
        'The machine is gone, or the network between it and Prometheus.',
        'A deploy is in progress, or changed the address of the metrics.',
      ],
      actions: [
        'See whether the process runs, and its last log lines.',
        'Call its /healthz from its machine, then from that of Prometheus.',
        'If it began with a deploy, roll back.',
      ],
      queries: [{ title: 'Instances', language: 'promql', expr: up }, errorLines(facts)],
    },
  };
  const target = (name: string, values: string, instance: string): InputSeries => ({
    metric: 'up',
    labels: { job: name, instance },
    values,
  });
  const another = (values: string) => target('another-service', values, 'other:9464');
  const fires = (atSeconds: number, ...instances: readonly string[]): AlertCheck => ({
    atSeconds,
    name: alert.name,
    firing: instances.map((instance) => ({
      alert,
      labels: instance === '' ? { job } : { job, instance },
      value: instance === '' ? 1 : 0,
    })),
  });
  const quiet = (...times: readonly number[]) => quietAt([alert.name], ...times);
  return {
    group: {
      name: `${service} availability`,
      intervalSeconds: EVALUATION_SECONDS,
      recording: [],
      alerts: [alert],
    },
    scenarios: [
      scenario('All instances are up', {
        series: [target(job, gaugeValues(1, 20), 'a:9464'), another(gaugeValues(0, 20))],
        checks: quiet(0, 2 * MINUTE, 15 * MINUTE),
      }),
      scenario('One of three instances goes down', {
        series: [
          target(job, gaugeValues(1, 20), 'a:9464'),
          target(job, '1+0x4 0+0x15', 'b:9464'),
          target(job, gaugeValues(1, 20), 'c:9464'),
          another(gaugeValues(1, 20)),
        ],
        checks: [...quiet(4 * MINUTE, 5 * MINUTE), fires(6 * MINUTE, 'b:9464'), fires(15 * MINUTE, 'b:9464')],
      }),
      scenario('An instance is down for less than a minute', {
        series: [target(job, '1+0x4 0 1+0x14', 'a:9464')],
        checks: quiet(5 * MINUTE, 6 * MINUTE, 7 * MINUTE),
      }),
      scenario('The job has no instance', {
        series: [another(gaugeValues(1, 20))],
        checks: [...quiet(0), fires(MINUTE, ''), fires(15 * MINUTE, '')],
      }),
    ],
  };
}
