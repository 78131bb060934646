import type { CatalogueMetric } from '../model/catalogue.js';
import type { Facts, Selector } from '../model/facts.js';
import type { CatalogueSearch } from './catalogue-search.js';
import { metricPanel } from './metric-panel.js';
import { unitOf } from './metric-unit.js';
import type { DashboardPlan, PanelPlan } from './plan.js';
import { instant, legendOf, line } from './query.js';
import { allOf, rate, scoped } from './scope.js';
import { durationQuantile } from './signal-queries.js';

/** What the service is for: the service's own indicators, runs by day, commands, sagas, orders. */
export function business(facts: Facts, search: CatalogueSearch): DashboardPlan {
  const kpis = facts.kpis.map((selector) => kpiPanel(selector, search));
  return {
    id: 'business',
    title: 'Business',
    description: `What ${facts.service} is for.`,
    refresh: '1h',
    from: 'now-30d',
    filters: [],
    rows: [
      { title: undefined, isCollapsed: false, panels: [...kpis, ...periodPanels(search)] },
      { title: 'Commands and events', isCollapsed: false, panels: messagePanels(search) },
      { title: 'Sagas', isCollapsed: false, panels: sagaPanels(search) },
    ],
  };
}

function kpiPanel(selector: Selector, search: CatalogueSearch): PanelPlan {
  const metric = search.of(selector.metric);
  const labels = metric?.labels.map(({ name }) => name) ?? [];
  const isCounter = metric?.type === 'counter' || metric?.type === 'histogram';
  const grouped = labels.length === 0 ? 'max' : `max by (${labels.join(', ')}) `;
  return {
    title: selector.metric,
    description: metric?.help || `The indicator ${selector.metric}.`,
    view: 'timeseries',
    unit: metric === undefined ? 'short' : unitOf(metric),
    noValue: 'Not computed yet',
    queries: [
      isCounter
        ? line(`sum(increase(${scoped(selector)}[$__rate_interval]))`, selector.metric)
        : line(`${grouped}(${scoped(selector)})`, labels.length === 0 ? selector.metric : legendOf(labels)),
    ],
  };
}

/** Every instance computes the same numbers of a period: the largest is the newest. */
function periodPanels(search: CatalogueSearch): PanelPlan[] {
  const periods = search
    .matching(
      /_daily_|_weekly_|_cost_per_prediction_usd$|_system_availability_percent$|_user_sessions_active$/,
      'gauge',
    )
    .map(periodPanel);
  return [...periods, ...search.matching(/_system_uptime_seconds_total$/, 'counter').flatMap(metricPanel)];
}

function periodPanel(metric: CatalogueMetric): PanelPlan {
  const { name, help } = metric;
  const labels = metric.labels.map((label) => label.name);
  const isByPeriod = labels.includes('date') || labels.includes('week');
  const grouped = `max${labels.length === 0 ? '' : ` by (${labels.join(', ')}) `}(${allOf(name)})`;
  const common = { title: name, description: help || `The gauge ${name}.`, noValue: 'Not computed yet' };
  return isByPeriod
    ? { ...common, view: 'bargauge', unit: 'short', min: 0, queries: [instant(grouped, legendOf(labels))] }
    : { ...common, view: 'timeseries', unit: unitOf(metric), queries: [line(grouped, legendOf(labels) || name)] };
}

const messages = [
  ['command_dispatched_total', 'command_type', 'Commands'],
  ['event_stored_total', 'event_type', 'Events'],
  ['query_executed_total', 'query_type', 'Queries'],
] as const;

function messagePanels(search: CatalogueSearch): PanelPlan[] {
  return messages.flatMap(([name, label, what]): PanelPlan[] => {
    if (!search.hasLabel(name, label)) return [];
    const description = search.get(name)?.help || `${what} by type.`;
    return [
      {
        title: `${what} by type`,
        description: `${description} Per second.`,
        view: 'timeseries',
        unit: 'ops',
        min: 0,
        isStacked: true,
        queries: [line(`sum by (${label}) (${rate(allOf(name))})`, legendOf([label]))],
      },
      {
        title: `Funnel of ${what.toLowerCase()}`,
        description: `${description} In the time range above, from the most frequent to the rarest: where a flow such as an order ends early, the next type is rarer.`,
        view: 'bargauge',
        unit: 'short',
        min: 0,
        decimals: 0,
        queries: [instant(`sort_desc(sum by (${label}) (increase(${allOf(name)}[$__range])))`, legendOf([label]))],
      },
    ];
  });
}

function sagaPanels(search: CatalogueSearch): PanelPlan[] {
  const completed = 'saga_completed_total';
  if (!search.hasLabel(completed, 'status')) return [];
  const panels: PanelPlan[] = [
    {
      title: 'Outcomes of sagas',
      description: search.get(completed)?.help || 'Sagas by outcome.',
      view: 'bargauge',
      unit: 'short',
      min: 0,
      decimals: 0,
      queries: [
        instant(
          `sort_desc(sum by (saga_type, status) (increase(${allOf(completed)}[$__range])))`,
          '{{saga_type}} {{status}}',
        ),
      ],
    },
    {
      title: 'Sagas by outcome',
      description: 'Sagas that end, per second.',
      view: 'timeseries',
      unit: 'ops',
      min: 0,
      isStacked: true,
      queries: [line(`sum by (status) (${rate(allOf(completed))})`, '{{status}}')],
    },
  ];
  if (search.has('saga_duration_seconds')) {
    panels.push({
      title: 'Duration of sagas',
      description: 'From the start of a saga to its end: half and 95 % end within these times.',
      view: 'timeseries',
      unit: 's',
      min: 0,
      queries: [0.5, 0.95].map((quantile) =>
        line(durationQuantile({ histogram: 'saga_duration_seconds', matchers: [] }, quantile), `p${quantile * 100}`),
      ),
    });
  }
  return panels;
}
