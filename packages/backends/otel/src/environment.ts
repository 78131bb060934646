import { type OtlpEnvironmentRow, otlpEnvironment } from '@sightline/otlp';

/**
 * The environment variables that set the backend's options (OpenTelemetry, "OTLP Exporter Configuration" and "Metrics SDK
 * Configuration"). Of several that set the same option the first one wins. The package itself never reads `process.env`.
 */
export const otelEnvironment: readonly OtelEnvironmentRow[] = [
  ...otlpEnvironment('metrics'),
  {
    name: 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    sets: 'temporality',
    type: 'choice',
    choices: { cumulative: 'cumulative', delta: 'delta', lowmemory: 'lowmemory' },
    defaultText: 'cumulative',
    description: 'Running totals, or what each interval added.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
    sets: 'histograms',
    type: 'choice',
    choices: { explicit_bucket_histogram: 'explicit', base2_exponential_bucket_histogram: 'exponential' },
    defaultText: 'explicit_bucket_histogram',
    description: 'Which buckets of a histogram are sent.',
  },
  {
    name: 'METRICS_INTERVAL_SECONDS',
    sets: 'intervalMs',
    type: 'seconds',
    defaultText: '60',
    description: 'Time between two pushes.',
  },
  {
    name: 'OTEL_METRIC_EXPORT_INTERVAL',
    sets: 'intervalMs',
    type: 'milliseconds',
    defaultText: '60000',
    description: 'The same in milliseconds, as OpenTelemetry calls it.',
  },
  {
    name: 'OTEL_METRIC_EXPORT_TIMEOUT',
    sets: 'pushTimeoutMs',
    type: 'milliseconds',
    defaultText: '30000',
    description: 'Longest time of a push with all its retries, at most the interval.',
  },
];

export interface OtelEnvironmentRow extends Omit<OtlpEnvironmentRow, 'sets' | 'type'> {
  /** The option it sets. */
  readonly sets: OtlpEnvironmentRow['sets'] | 'temporality' | 'histograms' | 'intervalMs' | 'pushTimeoutMs';
  readonly type: OtlpEnvironmentRow['type'] | 'seconds';
}
