import type { Facts } from '../model/facts.js';
import { promqlString } from '../promql/selectors.js';
import type { VariableJson } from './grafana-json.js';
import type { DashboardPlan, Filter } from './plan.js';
import { prometheusSource } from './render-panel.js';
import { withoutVariables } from './scope.js';

/** The uids of the data sources that we provision, and which the dashboards choose when they are first opened. */
export const dataSources = {
  prometheus: { uid: 'prometheus', name: 'Prometheus' },
  /** Keeps the business series for longer. */
  business: { uid: 'prometheus-business', name: 'Prometheus (business)' },
  alertmanager: { uid: 'alertmanager', name: 'Alertmanager' },
  loki: { uid: 'loki', name: 'Loki' },
  jaeger: { uid: 'jaeger', name: 'Jaeger' },
  postgres: { uid: 'postgres', name: 'PostgreSQL' },
} as const;

/** Data sources, job and instance of the service and of the exporters that the panels read, then the plan's own filters. */
export function templateVariables(facts: Pick<Facts, 'job' | 'database'>, plan: DashboardPlan): VariableJson[] {
  const expressions = plan.rows.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries));
  const isRead = (variable: string): boolean => expressions.some(({ expr }) => expr.includes(`"$${variable}"`));
  const hasLogs = expressions.some(({ language }) => language === 'logql');
  return [
    dataSourceVariable('prometheus', 'Where the metrics are.'),
    ...(hasLogs ? [dataSourceVariable('loki', 'Where the log lines are.')] : []),
    jobVariable(facts.job),
    allOf('instance', 'Instance', 'Processes of the service.', 'up{job=~"$job"}', 'instance'),
    ...exporters(facts).flatMap(({ name, title, series, isHidden }) =>
      isRead(`${name}_job`)
        ? [
            {
              ...allOf(`${name}_job`, `${title} job`, `Jobs of what measures: ${title}.`, series, 'job'),
              hide: HIDDEN,
            },
            {
              ...allOf(
                `${name}_instance`,
                title,
                `Instances of what measures: ${title}.`,
                withMatcher(series, `job=~"$${name}_job"`),
                'instance',
              ),
              hide: isHidden ? HIDDEN : SHOWN,
            },
          ]
        : [],
    ),
    ...plan.filters.map(filterVariable),
  ];
}

const SHOWN = 0;
const HIDDEN = 2;

interface Exporter {
  /** Before `_job` and `_instance` in the names of its variables. */
  readonly name: string;
  readonly title: string;
  /** Series that each instance has. */
  readonly series: string;
  readonly isHidden: boolean;
}

function exporters({ database }: Pick<Facts, 'database'>): Exporter[] {
  const ofJob = database === undefined ? '' : `{job=${withoutVariables(promqlString(database.job))}}`;
  return [
    { name: 'host', title: 'Host', series: 'node_uname_info', isHidden: false },
    { name: 'database', title: 'Database', series: `pg_up${ofJob}`, isHidden: false },
    { name: 'container', title: 'Container host', series: 'container_last_seen', isHidden: true },
    { name: 'probe', title: 'Probe', series: 'probe_success', isHidden: true },
  ];
}

function withMatcher(series: string, matcher: string): string {
  return series.endsWith('}') ? `${series.slice(0, -1)},${matcher}}` : `${series}{${matcher}}`;
}

function dataSourceVariable(type: 'prometheus' | 'loki', description: string): VariableJson {
  const { uid, name } = dataSources[type];
  return {
    type: 'datasource',
    name: `${type}_datasource`,
    label: `${name} data source`,
    description,
    hide: SHOWN,
    query: type,
    refresh: 1,
    regex: '',
    multi: false,
    includeAll: false,
    current: { text: name, value: uid },
  };
}

/** All jobs can be chosen, for a service that is deployed under several names; at first it is the service's own. */
function jobVariable(job: string): VariableJson {
  return {
    ...allOf('job', 'Job', 'Jobs under which Prometheus scrapes the service.', 'up', 'job'),
    current: { text: [job], value: [job] },
  };
}

function filterVariable({ variable, label, series, title }: Filter): VariableJson {
  // Series without the label are among all.
  return { ...allOf(variable, title, `Filters by the label ${label}.`, series, label), allValue: '.*' };
}

function allOf(name: string, label: string, description: string, series: string, of: string): VariableJson {
  const query = `label_values(${series}, ${of})`;
  return {
    type: 'query',
    name,
    label,
    description,
    hide: SHOWN,
    datasource: prometheusSource,
    query: { qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' },
    definition: query,
    refresh: 2,
    sort: 1,
    regex: '',
    multi: true,
    includeAll: true,
    allValue: '.+',
    current: { text: ['All'], value: ['$__all'] },
  };
}
