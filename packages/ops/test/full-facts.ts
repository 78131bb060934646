import type { Catalogue, CatalogueMetric } from '../src/model/catalogue.js';
import type { Facts, Signal } from '../src/model/facts.js';
import { equal, oneOf } from '../src/promql/selectors.js';
import { exampleFacts } from './example-facts.js';

/** `exampleFacts` of a service that also runs models, queries a database and observes its process: every dashboard has panels. */
export function fullFacts(changes: Partial<Facts> = {}): Facts {
  const { catalogue, signals, ...facts } = exampleFacts();
  return exampleFacts({
    ...facts,
    catalogue: withMetrics(catalogue, fullMetrics),
    signals: [...signals, runs, queries],
    ...changes,
  });
}

export function withMetrics(catalogue: Catalogue, metrics: readonly CatalogueMetric[]): Catalogue {
  return { ...catalogue, metrics: [...catalogue.metrics, ...metrics] };
}

/** A metric of a catalogue. Labels take any value. */
export function metric(
  name: string,
  type: CatalogueMetric['type'],
  labels: readonly string[] = [],
  rest: Partial<CatalogueMetric> = {},
): CatalogueMetric {
  return {
    name,
    declaredName: name,
    type,
    help: `What ${name} is.`,
    labels: labels.map((label) => ({ name: label })),
    source: 'service',
    ...(type === 'histogram' ? { bounds: [1, 10, 100] } : {}),
    ...rest,
  };
}

const runs: Signal = {
  id: 'nf-runs',
  title: 'Runs',
  kind: 'runs',
  requests: { metric: 'nf_runs_total', matchers: [oneOf('status', ['success', 'failed'])] },
  errors: {
    selector: { metric: 'nf_runs_total', matchers: [equal('status', 'failed')] },
    relation: 'within',
    by: undefined,
  },
  duration: {
    histogram: 'nf_training_duration_seconds',
    matchers: [],
    unit: 'seconds',
    bounds: [60, 120, 300, 600, 1200, 1800, 3600],
    slow: { bound: 600, share: 0.95 },
  },
  active: { metric: 'nf_runs_active', matchers: [] },
  by: 'model_name',
};

const queries: Signal = {
  id: 'database',
  title: 'Database queries',
  kind: 'database',
  requests: { metric: 'repo_query_total_time_milliseconds_count', matchers: [] },
  errors: { selector: { metric: 'repo_query_errors_total', matchers: [] }, relation: 'within', by: 'error_type' },
  duration: {
    histogram: 'repo_query_total_time_milliseconds',
    matchers: [],
    unit: 'milliseconds',
    bounds: [1, 10, 100],
    slow: { bound: 100, share: 0.95 },
  },
  active: undefined,
  by: 'query_type',
};

const fullMetrics: readonly CatalogueMetric[] = [
  metric('nf_runs_total', 'counter', ['status', 'model_name', 'backend']),
  metric('nf_runs_active', 'gauge'),
  metric('nf_runs_queued', 'gauge'),
  metric('nf_training_duration_seconds', 'histogram', ['model_name', 'backend'], { unit: 'seconds' }),
  metric('nf_errors_total', 'counter', ['error_type', 'component']),
  metric('nf_model_accuracy', 'gauge', ['model_name', 'metric_type']),
  metric('nf_prediction_latency_seconds', 'histogram', ['model_name'], { unit: 'seconds' }),
  metric('nf_dataset_size_rows', 'histogram'),
  metric('nf_unique_ids_count', 'histogram'),
  metric('nf_memory_usage_bytes', 'gauge', ['component'], { unit: 'bytes' }),
  metric('nf_db_connections_active', 'gauge'),
  metric('nf_db_query_duration_seconds', 'histogram', ['query_type'], { unit: 'seconds' }),
  metric('nf_daily_runs_count', 'gauge', ['date']),
  metric('nf_daily_models_trained', 'gauge', ['date']),
  metric('nf_weekly_average_accuracy', 'gauge', ['week', 'metric_type']),
  metric('nf_system_uptime_seconds_total', 'counter', [], { unit: 'seconds' }),
  metric('nf_system_availability_percent', 'gauge', [], { unit: 'percent' }),
  metric('nf_user_sessions_active', 'gauge'),
  metric('nf_cost_per_prediction_usd', 'gauge', ['model_type']),
  metric('command_dispatched_total', 'counter', ['command_type']),
  metric('event_stored_total', 'counter', ['event_type']),
  metric('query_executed_total', 'counter', ['query_type']),
  metric('saga_started_total', 'counter', ['saga_type']),
  metric('saga_duration_seconds', 'histogram', ['saga_type'], { unit: 'seconds' }),
  ...['total', 'query', 'queue', 'decode'].map((phase) =>
    metric(`repo_query_${phase}_time_milliseconds`, 'histogram', ['query_type'], { unit: 'milliseconds' }),
  ),
  metric('repo_query_errors_total', 'counter', ['query_type', 'error_type']),
  metric('repo_pool_connections', 'gauge', ['state']),
  metric('process_start_time_seconds', 'gauge'),
  metric('process_cpu_seconds_total', 'counter', [], { unit: 'seconds' }),
  metric('process_cpu_user_seconds_total', 'counter', [], { unit: 'seconds' }),
  metric('process_resident_memory_bytes', 'gauge', [], { unit: 'bytes' }),
  metric('process_open_fds', 'gauge'),
  metric('process_max_fds', 'gauge'),
  metric('nodejs_heap_size_used_bytes', 'gauge', [], { unit: 'bytes' }),
  metric('nodejs_heap_size_total_bytes', 'gauge', [], { unit: 'bytes' }),
  metric('nodejs_eventloop_delay_seconds', 'histogram', [], { unit: 'seconds' }),
  metric('nodejs_eventloop_utilization_ratio', 'gauge', [], { unit: 'ratio' }),
  metric('nodejs_gc_duration_seconds', 'histogram', ['kind'], { unit: 'seconds' }),
  metric('nodejs_version_info', 'info', ['version']),
  metric('sightline_dropped_total', 'counter', ['metric', 'reason']),
  metric('shop_old_quantiles', 'summary', ['queue'], { unit: 'seconds' }),
];
