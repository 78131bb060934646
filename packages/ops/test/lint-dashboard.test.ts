import { describe, expect, test } from 'vitest';
import { dashboardFiles } from '../src/dashboards/dashboard-files.js';
import { dashboardProblems } from './dashboard-lint/lint-dashboard.js';
import { lintRules } from './dashboard-lint/lint-rules.js';
import { exampleFacts } from './example-facts.js';

const application = dashboardFiles(exampleFacts()).find(({ path }) => path.endsWith('application.json'))?.text ?? '';
const scope = 'job=~"$job",instance=~"$instance"';

type Json = Record<string, unknown>;
interface Dashboard extends Json {
  panels: Json[];
  templating: { list: Json[] };
}

/** [rule, what is wrong, how it got wrong] */
const faults: ReadonlyArray<readonly [rule: string, fault: string, plant: (dashboard: Dashboard) => void]> = [
  [
    'template-datasource-rule',
    'no data source variable',
    ({ templating }) => (templating.list = withoutType(templating.list, 'datasource')),
  ],
  [
    'template-datasource-rule',
    'a data source variable with another name',
    change('prometheus_datasource', { name: 'DS_PROMETHEUS' }),
  ],
  [
    'template-datasource-rule',
    'a data source variable with another label',
    change('prometheus_datasource', { label: 'Metrics' }),
  ],
  [
    'template-job-rule',
    'no variable job',
    ({ templating }) => (templating.list = templating.list.filter(({ name }) => name !== 'job')),
  ],
  ['template-job-rule', 'a single job', change('job', { multi: false })],
  ['template-job-rule', 'all jobs as .*', change('job', { allValue: '.*' })],
  [
    'template-job-rule',
    'jobs of one data source',
    change('job', { datasource: { type: 'prometheus', uid: 'prometheus' } }),
  ],
  ['template-job-rule', 'jobs that are listed', change('job', { type: 'custom' })],
  ['template-job-rule', 'another label of job', change('job', { label: 'job' })],
  [
    'template-instance-rule',
    'no variable instance',
    ({ templating }) => (templating.list = templating.list.filter(({ name }) => name !== 'instance')),
  ],
  ['template-instance-rule', 'a single instance', change('instance', { multi: false })],
  ['template-label-promql-rule', 'an unknown function', change('instance', { query: 'label_value(up, instance)' })],
  [
    'template-label-promql-rule',
    'a selector that cannot be parsed',
    change('instance', { query: { query: 'label_values(up{job=~}, instance)' } }),
  ],
  ['template-on-time-change-reload-rule', 'a variable that is read once', change('job', { refresh: 1 })],
  [
    'panel-datasource-rule',
    'a data source that is fixed',
    panel({ datasource: { type: 'prometheus', uid: 'prometheus' } }),
  ],
  [
    'panel-datasource-rule',
    'a data source of an import',
    panel({ datasource: { type: 'prometheus', uid: `$\{DS_PROMETHEUS}` } }),
  ],
  ['panel-title-description-rule', 'no title', panel({ title: '' })],
  ['panel-title-description-rule', 'no description', panel({ description: undefined })],
  ['panel-units-rule', 'no unit', panel({ fieldConfig: { defaults: {} } })],
  ['panel-units-rule', 'an unknown unit', panel({ fieldConfig: { defaults: { unit: 'seconds' } } })],
  [
    'panel-units-rule',
    'an unknown unit of a field',
    panel({ fieldConfig: { defaults: { unit: 's' }, overrides: [{ properties: [{ id: 'unit', value: 'secs' }] }] } }),
  ],
  ['panel-no-targets-rule', 'no query', panel({ targets: [] })],
  ['target-logql-rule', 'LogQL that cannot be parsed', logs('{service_name="shop"} | json | level >=')],
  [
    'target-logql-auto-rule',
    'lines that are counted over a fixed time',
    logs('sum(count_over_time({service_name="shop"} [5m]))'),
  ],
  ['target-promql-rule', 'PromQL that cannot be parsed', expr(`sum(rate(a_total{${scope}}[$__rate_interval])) by`)],
  ['target-promql-rule', 'an empty expression', expr('')],
  ['target-rate-interval-rule', 'a rate over a fixed time', expr(`sum(rate(a_total{${scope}}[5m]))`)],
  ['target-rate-interval-rule', 'a rate over the step', expr(`sum(irate(a_total{${scope}}[$__interval] offset 5m))`)],
  ['target-job-rule', 'no job', expr('max(a{instance=~"$instance"})')],
  ['target-job-rule', 'a job that is equal', expr('max(a{job="$job",instance=~"$instance"})')],
  [
    'target-job-rule',
    'the job of a variable that is not there',
    expr('max(a{job=~"$host_job",instance=~"$instance"})'),
  ],
  ['target-instance-rule', 'no instance in one of two selectors', expr(`a{${scope}} / b{job=~"$job"}`)],
  ['target-counter-agg-rule', 'a counter as it is', expr(`sum(a_total{${scope}})`)],
  [
    'target-counter-agg-rule',
    'a counter over time without a rate',
    expr(`max_over_time(a_total{${scope}}[$__interval])`),
  ],
  ['uneditable-dashboard', 'a dashboard that can be edited', (dashboard) => (dashboard['editable'] = true)],
  ['uneditable-dashboard', 'a dashboard that does not say so', (dashboard) => delete dashboard['editable']],
];

describe('the linter', () => {
  test('finds nothing in a dashboard of ours', () => {
    expect(dashboardProblems(application)).toEqual([]);
  });

  test.each(faults)('finds by %s: %s', (rule, _, plant) => {
    const dashboard = JSON.parse(application) as Dashboard;
    plant(dashboard);
    const rules = new Set(dashboardProblems(JSON.stringify(dashboard)).map((problem) => problem.split(':')[0]));
    // Panels use the variable that is gone.
    const followers = rule === 'template-datasource-rule' ? ['panel-datasource-rule'] : [];
    expect([...rules].filter((found) => found !== undefined && !followers.includes(found))).toEqual([rule]);
  });

  test('has the 17 rules of Grafana’s, and an example of each fault', () => {
    expect(lintRules.map(({ name }) => name).toSorted()).toEqual([...new Set(faults.map(([rule]) => rule))].toSorted());
    expect(lintRules).toHaveLength(17);
  });

  test('looks into collapsed rows', () => {
    const dashboard = JSON.parse(application) as Dashboard;
    const row = dashboard.panels.find(({ collapsed }) => collapsed === true) as { panels: Json[] };
    Object.assign(row.panels[0] ?? {}, { description: '' });
    expect(dashboardProblems(JSON.stringify(dashboard))).toHaveLength(1);
  });

  test.each(['', '[', 'null', '3'])('reports what is no dashboard: %s', (text) => {
    expect(dashboardProblems(text)).not.toEqual([]);
  });

  test('lets stand: a hidden query, rates of other ranges in functions that are no rates, a stat of texts', () => {
    const dashboard = JSON.parse(application) as Dashboard;
    plantTargets(dashboard, [
      { expr: 'broken(', hide: true },
      { expr: `sum(increase(a_total{${scope}}[$__range]))` },
      { expr: `max_over_time(a{${scope}}[1h])` },
    ]);
    Object.assign(firstPanel(dashboard), { fieldConfig: { defaults: { mappings: [] } } });
    expect(dashboardProblems(JSON.stringify(dashboard))).toEqual([]);
  });
});

function withoutType(list: readonly Json[], type: string): Json[] {
  return list.filter((variable) => variable['type'] !== type);
}

function change(variable: string, members: Json): (dashboard: Dashboard) => void {
  return ({ templating }) => Object.assign(templating.list.find(({ name }) => name === variable) ?? {}, members);
}

function panel(members: Json): (dashboard: Dashboard) => void {
  return (dashboard) => Object.assign(firstPanel(dashboard), members);
}

function expr(text: string): (dashboard: Dashboard) => void {
  return (dashboard) => plantTargets(dashboard, [{ expr: text }]);
}

function logs(text: string): (dashboard: Dashboard) => void {
  return (dashboard) =>
    plantTargets(dashboard, [{ expr: text, datasource: { type: 'loki', uid: '$loki_datasource' } }]);
}

function plantTargets(dashboard: Dashboard, targets: readonly Json[]): void {
  Object.assign(firstPanel(dashboard), { targets });
}

function firstPanel({ panels }: Dashboard): Json {
  return panels.find(({ type }) => type === 'timeseries') ?? {};
}
