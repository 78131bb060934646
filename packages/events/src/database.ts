import { type MetricDefinition, summary } from './definitions.js';

/** What a repository tells of every query: for `createEvents<DatabaseEvents>()`. All times are in nanoseconds. */
export type DatabaseEvents = {
  'repo.query': {
    measurements: {
      /** Everything together. */
      total_time: number;
      /** In the database. */
      query_time: number;
      /** Waiting for a connection of the pool. */
      queue_time?: number;
      /** Turning the answer into values. */
      decode_time?: number;
    };
    /** `query_type` and `source` have few values; the statement itself never becomes a label. */
    metadata: { query_type?: string; source?: string } & Readonly<Record<string, unknown>>;
  };
};

/** Times of queries in milliseconds. */
export const databaseMetrics: readonly MetricDefinition[] = (
  [
    ['total_time', 'Time of a query with everything around it.'],
    ['decode_time', 'Time that turning the answer into values took.'],
    ['query_time', 'Time that the database took.'],
    ['queue_time', 'Time that a query waited for a connection.'],
  ] as const
).map(([measurement, description]) =>
  summary(`repo.query.${measurement}`, { unit: ['native', 'millisecond'], description }),
);
