import type { PanelPlan, RowPlan } from './plan.js';
import { line } from './query.js';
import { allOf, databaseScope, rate } from './scope.js';

const pg = (metric: string): string => allOf(metric, databaseScope);
const pgRate = (metric: string): string => `sum by (datname) (${rate(pg(metric))})`;
const { hit, read } = { hit: pgRate('pg_stat_database_blks_hit'), read: pgRate('pg_stat_database_blks_read') };

const graph = { view: 'timeseries', unit: 'short', min: 0 } as const satisfies Partial<PanelPlan>;

/** Whether PostgreSQL is well, by its exporter. */
export const postgresPanels: readonly PanelPlan[] = [
  {
    title: 'Database up',
    description: 'Whether the exporter reaches the database: 1, or 0 if not.',
    view: 'stat',
    unit: 'short',
    thresholds: [{ color: 'red' }, { from: 1, color: 'green' }],
    queries: [line(`min(${pg('pg_up')})`, 'up')],
  },
  {
    title: 'Connections used',
    description: 'Open connections of those that the database allows.',
    view: 'gauge',
    unit: 'percent',
    decimals: 0,
    min: 0,
    max: 100,
    thresholds: [{ color: 'green' }, { from: 80, color: 'yellow' }, { from: 90, color: 'red' }],
    queries: [line(`100 * sum(${pg('pg_stat_activity_count')}) / sum(${pg('pg_settings_max_connections')})`, 'used')],
  },
  {
    title: 'Cache hits',
    description: 'Share of blocks that were found in memory. Low: memory or indexes are missing.',
    view: 'gauge',
    unit: 'percent',
    decimals: 1,
    min: 0,
    max: 100,
    noValue: 'No reads',
    thresholds: [{ color: 'red' }, { from: 90, color: 'yellow' }, { from: 95, color: 'green' }],
    queries: [line(`100 * sum(${hit}) / (sum(${hit}) + sum(${read}) > 0)`, 'hits')],
  },
  {
    title: 'Longest transaction',
    description: 'Age of the oldest open transaction. Long ones keep locks, and dead rows from being removed.',
    view: 'stat',
    unit: 's',
    thresholds: [{ color: 'green' }, { from: 60, color: 'yellow' }, { from: 600, color: 'red' }],
    queries: [line(`max(${pg('pg_stat_activity_max_tx_duration')})`, 'oldest')],
  },
];

export const postgresRow: RowPlan = {
  title: 'PostgreSQL in detail',
  isCollapsed: true,
  panels: [
    {
      ...graph,
      title: 'Connections by state',
      description: 'Open connections by what they do.',
      isStacked: true,
      queries: [line(`sum by (state) (${pg('pg_stat_activity_count')})`, '{{state}}')],
    },
    {
      ...graph,
      title: 'Transactions',
      description: 'Transactions per second. Rollbacks are failures or time-outs of a service.',
      unit: 'ops',
      queries: [
        line(pgRate('pg_stat_database_xact_commit'), '{{datname}} committed'),
        line(pgRate('pg_stat_database_xact_rollback'), '{{datname}} rolled back'),
      ],
    },
    {
      ...graph,
      title: 'Rows',
      description: 'Rows per second by what is done with them.',
      unit: 'ops',
      queries: ['fetched', 'inserted', 'updated', 'deleted'].map((what) =>
        line(pgRate(`pg_stat_database_tup_${what}`), `{{datname}} ${what}`),
      ),
    },
    {
      ...graph,
      title: 'Locks',
      description: 'Locks by mode. Exclusive ones make others wait.',
      queries: [line(`sum by (mode) (${pg('pg_locks_count')})`, '{{mode}}')],
    },
    {
      ...graph,
      title: 'Deadlocks and conflicts',
      description:
        'Transactions per second that the database aborted because they waited for each other or for recovery.',
      unit: 'ops',
      queries: [
        line(pgRate('pg_stat_database_deadlocks'), '{{datname}} deadlocks'),
        line(pgRate('pg_stat_database_conflicts'), '{{datname}} conflicts'),
      ],
    },
    {
      ...graph,
      title: 'Size',
      description: 'Size of each database on disk.',
      unit: 'bytes',
      queries: [line(`max by (datname) (${pg('pg_database_size_bytes')})`, '{{datname}}')],
    },
  ],
};
