import type { DashboardId } from '../model/alert.js';
import type { CatalogueMetric } from '../model/catalogue.js';
import { metricPanel } from './metric-panel.js';
import { unitOf } from './metric-unit.js';
import type { DashboardPlan, RowPlan } from './plan.js';

/** The plans with a panel more for each metric that none of them shows: in collapsed rows by kind and unit, at the end. */
export function withOtherMetrics(
  plans: readonly DashboardPlan[],
  metrics: readonly CatalogueMetric[],
): DashboardPlan[] {
  const shown = shownNames(plans);
  const others = metrics.filter(({ name }) => !samplesOf(name).some((sample) => shown.has(sample)));
  return plans.map((plan) => ({
    ...plan,
    rows: [...plan.rows, ...otherRows(others.filter((metric) => dashboardOf(metric) === plan.id))],
  }));
}

/** Every name that a panel reads. */
export function shownNames(plans: readonly DashboardPlan[]): Set<string> {
  const names = new Set<string>();
  for (const { rows } of plans) {
    for (const { panels } of rows) {
      for (const { queries } of panels) {
        for (const { expr } of queries) for (const name of namesIn(expr)) names.add(name);
      }
    }
  }
  return names;
}

/** Words outside of strings, and the strings that stand for a name. */
function namesIn(expr: string): string[] {
  const quoted = [...expr.matchAll(/__name__="((?:[^"\\]|\\.)*)"/g)].map(([, name = '']) => unquoted(name));
  const plain = expr.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g);
  return [...quoted, ...(plain ?? [])];
}

function unquoted(text: string): string {
  return text
    .replaceAll(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\\n', '\n')
    .replaceAll(/\\(["\\])/g, '$1');
}

function samplesOf(name: string): string[] {
  return [name, `${name}_bucket`, `${name}_count`, `${name}_sum`];
}

function dashboardOf({ name }: CatalogueMetric): DashboardId {
  if (/^(process|nodejs|system|node)_/.test(name)) return 'infrastructure';
  if (/^(repo|db|pg)_|_db_/.test(name)) return 'database';
  return 'application';
}

function otherRows(metrics: readonly CatalogueMetric[]): RowPlan[] {
  const rows = new Map<string, CatalogueMetric[]>();
  for (const metric of metrics.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const title = rowTitle(metric);
    rows.set(title, [...(rows.get(title) ?? []), metric]);
  }
  return [...rows]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, group]) => ({ title, isCollapsed: true, panels: group.flatMap(metricPanel) }));
}

function rowTitle(metric: CatalogueMetric): string {
  if (/^(sightline|log|otlp)_/.test(metric.name)) return 'Telemetry about telemetry';
  const kind = {
    counter: 'counters',
    gauge: 'gauges',
    histogram: 'histograms',
    summary: 'summaries',
    info: 'versions',
  }[metric.type];
  const unit = unitNames.get(unitOf(metric));
  return `Other metrics: ${kind}${unit === undefined ? '' : ` in ${unit}`}`;
}

const unitNames: ReadonlyMap<string, string> = new Map([
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['bytes', 'bytes'],
  ['percent', 'percent'],
  ['percentunit', 'shares'],
]);
