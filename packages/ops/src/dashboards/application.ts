import type { Facts, FreshnessFact, QueueFact, Signal } from '../model/facts.js';
import type { CatalogueSearch } from './catalogue-search.js';
import { errorLines, serviceLines } from './log-queries.js';
import type { DashboardPlan, PanelPlan, Query, RowPlan } from './plan.js';
import { legendOf, line, logLines, plainLegend } from './query.js';
import { scoped } from './scope.js';
import { signalFilter, signalPanels } from './signal-panels.js';
import { durationQuantile, errorRatio, workRate } from './signal-queries.js';
import { mainSignal } from './system-overview.js';

/** Rate, errors and duration of all kinds of work; queues; log lines. */
export function application(facts: Facts, search: CatalogueSearch): DashboardPlan {
  // Those of the database have a dashboard of their own.
  const signals = facts.signals.filter(({ kind }) => kind !== 'database');
  const main = mainSignal(signals);
  const ordered = main === undefined ? signals : [main, ...signals.filter((signal) => signal !== main)];
  return {
    id: 'application',
    title: 'Application',
    description: `Rate, errors and duration of what ${facts.service} does.`,
    refresh: '1m',
    from: 'now-1h',
    filters: ordered.map((signal) => signalFilter(signal, search)).filter((filter) => filter !== undefined),
    rows: [
      ...(ordered.length > 1 ? [{ title: undefined, isCollapsed: false, panels: allSignals(ordered) }] : []),
      ...ordered.map((signal, i) => signalRow(facts, signal, search, { isCollapsed: i > 0, all: ordered })),
      waitingRow(facts, search),
      logRow(facts),
    ],
  };
}

/** The same three questions to all kinds of work. */
function allSignals(signals: readonly Signal[]): PanelPlan[] {
  const lines = (expr: (signal: Signal) => string | undefined): Query[] =>
    signals.flatMap((signal) => {
      const text = expr(signal);
      return text === undefined ? [] : [line(text, plainLegend(signal.title))];
    });
  const panels: PanelPlan[] = [
    {
      title: 'Rate of all work',
      description: 'Each kind of work per second, failures included.',
      view: 'timeseries',
      unit: 'ops',
      min: 0,
      queries: lines((signal) => workRate(signal)),
    },
    {
      title: 'Share of failures of all work',
      description: 'Failed share of each kind of work.',
      view: 'timeseries',
      unit: 'percentunit',
      min: 0,
      noValue: 'No work in this time',
      queries: lines((signal) => errorRatio(signal)),
    },
    {
      title: 'p95 of all work',
      description: '95 % of each kind of work ends within these times.',
      view: 'timeseries',
      unit: 's',
      min: 0,
      noValue: 'No work in this time',
      queries: lines(({ duration }) => {
        if (duration === undefined) return undefined;
        const quantile = durationQuantile(duration, 0.95);
        return duration.unit === 'milliseconds' ? `${quantile} / 1000` : quantile;
      }),
    },
  ];
  return panels.filter(({ queries }) => queries.length > 0);
}

function signalRow(
  facts: Facts,
  signal: Signal,
  search: CatalogueSearch,
  { isCollapsed, all }: { readonly isCollapsed: boolean; readonly all: readonly Signal[] },
): RowPlan {
  const isAlone = all.every((other) => other === signal || other.title !== signal.title);
  return {
    title: isAlone ? signal.title : `${signal.title} (${signal.id})`,
    isCollapsed,
    panels: signalPanels(facts, signal, search),
  };
}

function waitingRow({ queues, freshness }: Facts, search: CatalogueSearch): RowPlan {
  return {
    title: 'Queues and freshness',
    isCollapsed: true,
    panels: [
      ...queues.map((queue) => queuePanel(queue, search)),
      ...freshness.map((fact) => freshnessPanel(fact, search)),
    ],
  };
}

function queuePanel({ selector, limit }: QueueFact, search: CatalogueSearch): PanelPlan {
  const labels = search.of(selector.metric)?.labels.map(({ name }) => name) ?? [];
  return {
    title: `Waiting: ${selector.metric}`,
    description: `${search.of(selector.metric)?.help ?? ''} The line marks the limit of QueueBacklog: ${limit}.`.trim(),
    view: 'timeseries',
    unit: 'short',
    min: 0,
    thresholds: [{ color: 'green' }, { from: limit, color: 'red' }],
    queries: [line(scoped(selector), `{{instance}} ${legendOf(labels)}`.trim())],
  };
}

function freshnessPanel({ selector, maxAgeSeconds }: FreshnessFact, search: CatalogueSearch): PanelPlan {
  return {
    title: `Time since: ${selector.metric}`,
    description: `Age of the newest: ${search.of(selector.metric)?.help ?? selector.metric} Limit: ${maxAgeSeconds} s.`,
    view: 'timeseries',
    unit: 's',
    min: 0,
    thresholds: [{ color: 'green' }, { from: maxAgeSeconds, color: 'red' }],
    queries: [line(`time() - max by (instance) (${scoped(selector)})`, '{{instance}}')],
  };
}

function logRow({ service }: Facts): RowPlan {
  return {
    title: 'Log lines',
    isCollapsed: true,
    panels: [
      {
        title: 'Error lines',
        description: 'Lines of level error and worse, in each interval of the graph.',
        view: 'timeseries',
        unit: 'short',
        min: 0,
        width: 24,
        noValue: 'No error lines',
        queries: [
          { language: 'logql', expr: `sum(count_over_time(${errorLines(service)} [$__auto]))`, legend: 'error lines' },
        ],
      },
      {
        title: 'Latest errors',
        description: 'Lines of level error and worse. A line leads to its trace.',
        view: 'logs',
        unit: 'short',
        queries: [logLines(errorLines(service))],
      },
      {
        title: 'Latest lines',
        description: 'All lines. A line leads to its trace.',
        view: 'logs',
        unit: 'short',
        queries: [logLines(serviceLines(service))],
      },
    ],
  };
}
