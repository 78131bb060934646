import type { Histogram, MetricsCollector } from '@sightline/core';
import { type CatalogueUnits, type MetricDefinition, summary } from '@sightline/events';

const queryTimes = {
  total_time: 'Total time of a query, waiting and decoding included.',
  decode_time: 'Time to decode the answer.',
  query_time: 'Time that the database needed to answer.',
  queue_time: 'Time that a query waited for a connection.',
} as const;

/** The event of a repository for each query: for `createEvents<DatabaseEvents>()`. All times are in nanoseconds. */
export type DatabaseEvents = {
  'repo.query': {
    measurements: {
      /** The total time. */
      total_time: number;
      /** In the database. */
      query_time: number;
      /** Waiting for a connection of the pool. */
      queue_time?: number;
      /** Decoding the answer. */
      decode_time?: number;
    };
    /** `query_type` and `source` have few values; the statement itself never becomes a label. */
    metadata: { query_type?: string; source?: string } & Readonly<Record<string, unknown>>;
  };
};

/**
 * Times of queries in milliseconds by `query_type`; `OTHER` if an event has none. `queryObserver` records in the same metrics.
 */
export const databaseMetrics: readonly MetricDefinition[] = databaseMetricsOf();

/** Give the query observer the same options. */
export interface DatabaseMetricsOptions extends CatalogueUnits {
  /** Upper bounds in the unit of the times. Default: `quantileBuckets` of that unit. */
  buckets?: readonly number[] | undefined;
}

/** `databaseMetrics` with other bounds, or in seconds. */
export function databaseMetricsOf({
  buckets,
  usesBaseUnits = false,
}: DatabaseMetricsOptions = {}): readonly MetricDefinition[] {
  return Object.entries(queryTimes).map(([measurement, description]) =>
    summary(`repo.query.${measurement}`, {
      tags: ['query_type'],
      tagValues: ({ query_type = 'OTHER' }) => ({ query_type }),
      unit: ['native', usesBaseUnits ? 'second' : 'millisecond'],
      buckets,
      description,
    }),
  );
}

/** Declares the metrics of `databaseMetricsOf(options)` for code that measures queries itself, in the same unit. */
export function queryTimeHistograms(
  metrics: MetricsCollector,
  options: DatabaseMetricsOptions = {},
): QueryTimeHistograms {
  const declared = databaseMetricsOf(options).map(({ name, help, conversion, tags, buckets }) => {
    const { unit } = conversion;
    return metrics.histogram(name, { help, unit, buckets, labelNames: tags });
  });
  return Object.fromEntries(
    Object.keys(queryTimes).map((time, i) => [time, declared[i]]),
  ) as unknown as QueryTimeHistograms;
}

export type QueryTimeHistograms = Readonly<Record<keyof typeof queryTimes, Histogram<'query_type'>>>;
