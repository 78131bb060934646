import type { CatalogueMetric } from '../model/catalogue.js';
import type { CatalogueSearch } from './catalogue-search.js';
import { unitOf } from './metric-unit.js';
import type { PanelPlan } from './plan.js';
import { quantileLines } from './quantile-lines.js';
import { legendOf, line } from './query.js';
import { allOf, orZero, rate } from './scope.js';
import { meanOf, sum } from './signal-queries.js';

/** Rate, failures and time of the queries that a service sends to its database. */
export function queryPanels(search: CatalogueSearch): PanelPlan[] {
  const totals = search.matching(/^repo_query_total_time_|_db_query_duration_seconds$/, 'histogram');
  const suffix = ({ name }: CatalogueMetric): string => (totals.length > 1 ? `: ${name}` : '');
  return [
    ...totals.map((total) => ratePanel(total, `Queries${suffix(total)}`)),
    ...errorPanels(search),
    ...totals.map((total) => timePanel(total, `Time of queries${suffix(total)}`)),
    ...connectionPanels(search),
  ];
}

/** What the time of a query consists of. */
export function phasePanels(search: CatalogueSearch): PanelPlan[] {
  return phases.flatMap(([phase, title]) =>
    search.matching(new RegExp(`^repo_query_${phase}_`), 'histogram').map((metric) => timePanel(metric, title)),
  );
}

const phases = [
  ['query_time', 'Time in the database'],
  ['queue_time', 'Wait for a connection'],
  ['decode_time', 'Time to decode'],
] as const;

function ratePanel({ name, labels }: CatalogueMetric, title: string): PanelPlan {
  const by = labels.some((label) => label.name === 'query_type') ? ['query_type'] : [];
  return {
    title,
    description: 'Queries per second, by what they do.',
    view: 'timeseries',
    unit: 'ops',
    min: 0,
    isStacked: true,
    queries: [line(`${sum(by)}(${rate(allOf(`${name}_count`))})`, legendOf(by) || 'queries')],
  };
}

function errorPanels(search: CatalogueSearch): PanelPlan[] {
  const errors = search.get('repo_query_errors_total');
  if (errors === undefined) return [];
  return [
    {
      title: 'Failures of queries',
      description: errors.help || 'Failed queries per second.',
      view: 'timeseries',
      unit: 'ops',
      min: 0,
      isStacked: true,
      queries: [
        line(
          orZero(`sum by (error_type, query_type) (${rate(allOf(errors.name))})`, ['error_type']),
          '{{query_type}} {{error_type}}',
        ),
      ],
    },
  ];
}

function timePanel(metric: CatalogueMetric, title: string): PanelPlan {
  return {
    title,
    description: `${metric.help} Half, 95 % and 99 % take at most this long.`.trim(),
    view: 'timeseries',
    unit: unitOf(metric),
    min: 0,
    noValue: 'No queries in this time',
    queries: [...quantileLines({ histogram: metric.name, matchers: [] }), line(meanOf(metric.name), 'mean')],
  };
}

function connectionPanels(search: CatalogueSearch): PanelPlan[] {
  const pool = search.has('repo_pool_connections')
    ? [line(`sum by (state) (${allOf('repo_pool_connections')})`, '{{state}}')]
    : [];
  const own = search
    .matching(/_db_connections_active$/, 'gauge')
    .map(({ name }) => line(`sum(${allOf(name)})`, `in use: ${name}`));
  const queries = [...pool, ...own];
  if (queries.length === 0) return [];
  return [
    {
      title: 'Connections of the service',
      description: 'Connections of all chosen instances. Many that wait: the pool is too small, or queries are slow.',
      view: 'timeseries',
      unit: 'short',
      min: 0,
      isStacked: true,
      queries,
    },
  ];
}
