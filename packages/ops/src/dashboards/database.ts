import type { Facts, Signal } from '../model/facts.js';
import type { CatalogueSearch } from './catalogue-search.js';
import { slowQueryLines } from './log-queries.js';
import type { DashboardPlan, PanelPlan } from './plan.js';
import { postgresPanels, postgresRow } from './postgres-panels.js';
import { logLines } from './query.js';
import { phasePanels, queryPanels } from './query-panels.js';
import { signalFilter, signalPanels } from './signal-panels.js';

/** The database as its exporter sees it, and queries as the service does. */
export function database(facts: Facts, search: CatalogueSearch): DashboardPlan {
  const hasExporter = facts.database !== undefined;
  const queries = queryPanels(search);
  // Those of the database package are in the row of queries already.
  const declared = facts.signals.filter(({ kind, requests }) => kind === 'database' && !isCovered(requests.metric));
  return {
    id: 'database',
    title: 'Database',
    description: 'Queries as the service sees them, and the database itself.',
    refresh: '1m',
    from: 'now-6h',
    filters: declared.map((signal) => signalFilter(signal, search)).filter((filter) => filter !== undefined),
    rows: [
      { title: undefined, isCollapsed: false, panels: hasExporter ? postgresPanels : [] },
      { title: 'Queries of the service', isCollapsed: false, panels: queries },
      ...declared.map((signal: Signal) => ({
        title: signal.title,
        isCollapsed: false,
        panels: signalPanels(facts, signal, search),
      })),
      { title: 'Phases of queries', isCollapsed: true, panels: phasePanels(search) },
      ...(hasExporter ? [postgresRow] : []),
      { title: 'Slow queries', isCollapsed: true, panels: queries.length === 0 ? [] : [slowQueriesPanel(facts)] },
    ],
  };
}

function isCovered(metric: string): boolean {
  return /^repo_query_|_db_query_duration_seconds_count$/.test(metric);
}

function slowQueriesPanel({ service }: Facts): PanelPlan {
  return {
    title: 'Slow queries',
    description: 'What the service logs of queries that take 100 ms and more: operation, table and time, never values.',
    view: 'logs',
    unit: 'short',
    queries: [logLines(slowQueryLines(service))],
  };
}
