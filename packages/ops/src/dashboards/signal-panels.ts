import type { Facts, Signal } from '../model/facts.js';
import { matches } from '../promql/selectors.js';
import type { CatalogueSearch } from './catalogue-search.js';
import type { Filter, PanelPlan } from './plan.js';
import { quantileLines } from './quantile-lines.js';
import { legendOf, line, plainLegend } from './query.js';
import { allOf, orZero, type Scope, scoped, serviceScope } from './scope.js';
import { durationQuantile, errorRate, errorRatio, shareWithin, workRate } from './signal-queries.js';

/** Rate, errors and duration of one kind of work. */
export function signalPanels(facts: Facts, signal: Signal, search: CatalogueSearch): PanelPlan[] {
  const filter = signalFilter(signal, search);
  const scope: Scope =
    filter === undefined ? serviceScope : [...serviceScope, matches(filter.label, `$${filter.variable}`)];
  return [
    ratePanel(signal, scope),
    errorRatioPanel(facts, signal, scope),
    errorsPanel(signal, scope),
    durationPanel(signal, scope),
    durationByPanel(signal, search, scope),
    sharePanel(facts, signal, scope),
    activePanel(signal),
  ].filter((panel) => panel !== undefined);
}

/**
 * The variable by which these panels can be filtered. Undefined if not all of them have the label: a share of filtered failures among
 * all work would be wrong.
 */
export function signalFilter(signal: Signal, search: CatalogueSearch): Filter | undefined {
  const { id, title, by, requests, errors, duration } = signal;
  if (by === undefined) return undefined;
  const names = [requests.metric, errors?.selector.metric, duration && `${duration.histogram}_count`];
  const haveAll = names.every((name) => name === undefined || search.hasLabel(name, by));
  if (!haveAll) return undefined;
  return {
    variable: `filter_${id.replaceAll(/\W/g, '_')}`,
    label: by,
    series: allOf(requests.metric),
    title: `${title}: ${by}`,
  };
}

/** Grafana's unit for the rate of a signal. */
export function rateUnit({ kind }: Signal): string {
  return kind === 'http-server' ? 'reqps' : 'ops';
}

export function durationUnit(signal: Signal): string {
  return signal.duration?.unit === 'milliseconds' ? 'ms' : 's';
}

function ratePanel(signal: Signal, scope: Scope): PanelPlan {
  const by = signal.by === undefined ? [] : [signal.by];
  return {
    title: by.length === 0 ? 'Rate' : `Rate by ${by[0]}`,
    description: `${signal.title} per second, failures included.`,
    view: 'timeseries',
    unit: rateUnit(signal),
    min: 0,
    queries: [line(workRate(signal, by, { scope }), by.length === 0 ? plainLegend(signal.title) : legendOf(by))],
  };
}

function errorRatioPanel({ limits }: Facts, signal: Signal, scope: Scope): PanelPlan | undefined {
  const expr = errorRatio(signal, { scope });
  if (expr === undefined) return undefined;
  const { warning, high } =
    signal.kind === 'saga' ? { warning: undefined, high: limits.sagaFailureRatio } : limits.errorRatio;
  return {
    title: 'Share of failures',
    description: `Failed share of: ${signal.title}. Lines mark the limits of alerts.`,
    view: 'timeseries',
    unit: 'percentunit',
    min: 0,
    noValue: 'No work in this time',
    thresholds: [
      { color: 'green' },
      ...(warning === undefined ? [] : [{ from: warning, color: 'yellow' as const }]),
      ...(high === undefined ? [] : [{ from: high, color: 'red' as const }]),
    ],
    queries: [line(expr, 'failed')],
  };
}

function errorsPanel(signal: Signal, scope: Scope): PanelPlan | undefined {
  const expr = errorRate(signal, { scope });
  if (expr === undefined) return undefined;
  const by = signal.errors?.by;
  return {
    title: by === undefined ? 'Failures' : `Failures by ${by}`,
    description: `Failures per second of: ${signal.title}.`,
    view: 'timeseries',
    unit: rateUnit(signal),
    min: 0,
    isStacked: true,
    queries: [line(orZero(expr, by === undefined ? [] : [by]), by === undefined ? 'failures' : legendOf([by]))],
  };
}

function durationPanel(signal: Signal, scope: Scope): PanelPlan | undefined {
  const { duration } = signal;
  if (duration === undefined) return undefined;
  return {
    title: 'Duration',
    description: `Half, 95 % and 99 % of the work end within these times: ${signal.title}. Points are traces.`,
    view: 'timeseries',
    unit: durationUnit(signal),
    min: 0,
    noValue: 'No work in this time',
    ...(duration.slow === undefined
      ? {}
      : { thresholds: [{ color: 'green' as const }, { from: duration.slow.bound, color: 'red' as const }] }),
    queries: quantileLines(duration, { scope }),
  };
}

function durationByPanel(signal: Signal, search: CatalogueSearch, scope: Scope): PanelPlan | undefined {
  const { duration, by } = signal;
  if (duration === undefined || by === undefined || !search.hasLabel(`${duration.histogram}_count`, by))
    return undefined;
  return {
    title: `p95 by ${by}`,
    description: `95 % of the work ends within these times: ${signal.title}.`,
    view: 'timeseries',
    unit: durationUnit(signal),
    min: 0,
    noValue: 'No work in this time',
    queries: [line(durationQuantile(duration, 0.95, [by], { scope }), legendOf([by]))],
  };
}

/** Of the objectives that are set, else of SlowResponse's limit. */
function sharePanel(facts: Facts, signal: Signal, scope: Scope): PanelPlan | undefined {
  const { duration } = signal;
  if (duration === undefined) return undefined;
  const objectives = facts.slos.flatMap(({ signal: { id }, within, objective }) =>
    id === signal.id && within !== undefined ? [{ bound: within, share: objective }] : [],
  );
  const wanted = objectives[0] ?? duration.slow;
  if (wanted === undefined) return undefined;
  const unit = durationUnit(signal);
  return {
    title: `Share within ${wanted.bound} ${unit}`,
    description: `Share of the work that ends within ${wanted.bound} ${unit}: ${signal.title}. Wanted: ${wanted.share * 100} %.`,
    view: 'timeseries',
    unit: 'percentunit',
    max: 1,
    noValue: 'No work in this time',
    thresholds: [{ color: 'red' }, { from: wanted.share, color: 'green' }],
    queries: [line(shareWithin(duration, wanted.bound, { scope }), `within ${wanted.bound} ${unit}`)],
  };
}

function activePanel(signal: Signal): PanelPlan | undefined {
  const { active } = signal;
  if (active === undefined) return undefined;
  return {
    title: 'In progress',
    description: `In progress now, of all chosen instances: ${signal.title}.`,
    view: 'timeseries',
    unit: 'short',
    min: 0,
    queries: [line(`sum by (instance) (${scoped(active)})`, '{{instance}}')],
  };
}
