export { type ObservedPoolOptions, observedClient, observedPool, type PgPool } from './observed-pool.js';
export { queryLabelValues } from './query-label-values.js';
export {
  type DatabaseEvents,
  type DatabaseMetricsOptions,
  databaseMetrics,
  databaseMetricsOf,
} from './query-metrics.js';
export {
  type DatabaseTelemetry,
  type ObservedQuery,
  type QueryObserver,
  type QueryObserverOptions,
  type QueryTimes,
  queryObserver,
} from './query-observer.js';
export { type DescribedQuery, describeQuery } from './query-text.js';
