import type { Facts, Signal } from '../model/facts.js';
import type { CatalogueSearch } from './catalogue-search.js';
import { connectionQuery } from './database-queries.js';
import type { PanelPlan } from './plan.js';
import { instant, line } from './query.js';
import { allOf, scoped } from './scope.js';
import { durationUnit, rateUnit } from './signal-panels.js';
import { durationQuantile, errorRatio, workRate } from './signal-queries.js';

/** A line of four: what each service should have, and in the place of what this one has not, what every service has. */
export function statPanels(facts: Facts, search: CatalogueSearch, main: Signal | undefined): PanelPlan[] {
  const withErrors = [main, ...facts.signals].find((signal) => signal?.errors !== undefined);
  const wanted = [
    search.has('process_start_time_seconds') ? uptimePanel : undefined,
    activePanel(main),
    successPanel(withErrors),
    connectionsPanel(facts, search),
  ].filter((panel) => panel !== undefined);
  const others = [instancesPanel, ...(main === undefined ? [] : [ratePanel(main), p95Panel(main)])];
  return [...wanted, ...others.filter((panel) => panel !== undefined).slice(0, 4 - wanted.length)];
}

const instancesPanel: PanelPlan = {
  title: 'Instances up',
  description: 'Instances that Prometheus can read.',
  view: 'stat',
  unit: 'short',
  thresholds: [{ color: 'red' }, { from: 1, color: 'green' }],
  queries: [line(`sum(${allOf('up')})`, 'up')],
};

function ratePanel(signal: Signal): PanelPlan {
  return {
    title: `Rate: ${signal.title}`,
    description: 'Per second, failures included.',
    view: 'stat',
    unit: rateUnit(signal),
    queries: [line(workRate(signal), 'rate')],
  };
}

function p95Panel(signal: Signal): PanelPlan | undefined {
  if (signal.duration === undefined) return undefined;
  return {
    title: `p95: ${signal.title}`,
    description: '95 % of the work ends within this time.',
    view: 'stat',
    unit: durationUnit(signal),
    noValue: 'No work',
    queries: [line(durationQuantile(signal.duration, 0.95), 'p95')],
  };
}

const uptimePanel: PanelPlan = {
  title: 'Uptime',
  description:
    'Time since the start of the instance that started last. Red: less than an hour; yellow: less than a day.',
  view: 'stat',
  unit: 's',
  thresholds: [{ color: 'red' }, { from: 3600, color: 'yellow' }, { from: 86_400, color: 'green' }],
  queries: [instant(`time() - max(${allOf('process_start_time_seconds')})`, 'uptime')],
};

function activePanel(signal: Signal | undefined): PanelPlan | undefined {
  if (signal?.active === undefined) return undefined;
  return {
    title: signal.kind === 'runs' ? 'Active runs' : `In progress: ${signal.title}`,
    description: 'In progress now. Yellow from 50, red from 100.',
    view: 'stat',
    unit: 'short',
    thresholds: [{ color: 'green' }, { from: 50, color: 'yellow' }, { from: 100, color: 'red' }],
    queries: [line(`sum(${scoped(signal.active)})`, 'in progress')],
  };
}

function successPanel(signal: Signal | undefined): PanelPlan | undefined {
  const ratio = signal && errorRatio(signal);
  if (ratio === undefined) return undefined;
  return {
    title: 'Success rate',
    description: `Share of the work that succeeds: ${signal?.title}. Red: less than 90 %; yellow: less than 95 %.`,
    view: 'gauge',
    unit: 'percent',
    decimals: 1,
    min: 0,
    max: 100,
    noValue: 'No work',
    thresholds: [{ color: 'red' }, { from: 90, color: 'yellow' }, { from: 95, color: 'green' }],
    queries: [line(`100 * (1 - ${ratio})`, 'success')],
  };
}

function connectionsPanel(facts: Facts, search: CatalogueSearch): PanelPlan | undefined {
  const query = connectionQuery(facts, search);
  if (query === undefined) return undefined;
  return {
    title: 'Database connections',
    description: 'Connections to the database that are in use.',
    view: 'stat',
    unit: 'short',
    queries: [query],
  };
}
