import type { Counter, Gauge, Histogram, MetricsCollector } from '@sightline/core';

/** The metrics of models, data and database, in addition to those of runs. */
export interface ForecastMetrics {
  readonly predictionLatency: Histogram<'model_name'>;
  readonly datasetSize: Histogram;
  readonly uniqueIds: Histogram;
  readonly accuracy: Gauge<'model_name' | 'metric_type'>;
  readonly dbConnections: Gauge;
  readonly dbQueries: Histogram<'query_type'>;
  readonly uptime: Counter;
}

export function forecastMetrics(metrics: MetricsCollector): ForecastMetrics {
  const startMs = performance.now();
  metrics.gauge('nf_memory_usage_bytes', {
    help: 'Memory of the process by kind.',
    labelNames: ['component'],
    labelValues: { component: ['heap', 'external', 'other'] },
    isAdditive: true,
    collect(gauge) {
      const { rss, heapTotal, external } = process.memoryUsage();
      gauge.set({ component: 'heap' }, heapTotal);
      gauge.set({ component: 'external' }, external);
      gauge.set({ component: 'other' }, Math.max(0, rss - heapTotal - external));
    },
  });
  return {
    predictionLatency: metrics.histogram('nf_prediction_latency_seconds', {
      help: 'Time of a prediction.',
      labelNames: ['model_name'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 5],
    }),
    datasetSize: metrics.histogram('nf_dataset_size_rows', {
      help: 'Rows of the training data of a run.',
      unit: 'rows',
      buckets: [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000],
    }),
    uniqueIds: metrics.histogram('nf_unique_ids_count', {
      help: 'Time series in the data of a run.',
      buckets: [10, 100, 1000, 10_000],
    }),
    accuracy: metrics.gauge('nf_model_accuracy', {
      help: 'Accuracy of the newest model, from 0 to 1.',
      labelNames: ['model_name', 'metric_type'],
    }),
    dbConnections: metrics.gauge('nf_db_connections_active', { help: 'Connections in use.', isAdditive: true }),
    dbQueries: metrics.histogram('nf_db_query_duration_seconds', {
      help: 'Time of a query.',
      labelNames: ['query_type'],
      buckets: [0.001, 0.01, 0.1, 0.5, 1, 5],
    }),
    uptime: metrics.counter('nf_system_uptime_seconds_total', {
      help: 'Time since the service started.',
      collect: () => (performance.now() - startMs) / 1000,
    }),
  };
}
