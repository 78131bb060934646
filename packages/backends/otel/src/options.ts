import type { OtlpOptions, ResolvedOtlpOptions } from '@sightline/otlp';
import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';

/** The backend's own options, in addition to those of OTLP (OpenTelemetry, "Metrics SDK Configuration"). */
export const otelFields = {
  /** Whether counters and histograms are sent as cumulative totals or as differences. Gauges are current values. `lowmemory` means `delta`. Default: `cumulative`. */
  temporality: {
    type: 'choice',
    choices: ['cumulative', 'delta', 'lowmemory'],
    default: 'cumulative',
    variables: {
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Cumulative totals, or differences of each interval.',
    },
  },
  /** Which buckets of a histogram are sent. Default: `explicit`. */
  histograms: {
    type: 'choice',
    choices: ['explicit', 'exponential'],
    default: 'explicit',
    variables: {
      OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: {
        words: { explicit_bucket_histogram: 'explicit', base2_exponential_bucket_histogram: 'exponential' },
        default: 'explicit_bucket_histogram',
        help: 'Which buckets of a histogram are sent.',
      },
    },
  },
  /** Time between two pushes, in milliseconds. Default: 60 000. */
  intervalMs: {
    type: 'milliseconds',
    default: 60_000,
    variables: {
      METRICS_INTERVAL_SECONDS: { type: 'seconds', help: 'Time between two pushes.' },
      OTEL_METRIC_EXPORT_INTERVAL: 'The same in milliseconds, as OpenTelemetry calls it.',
    },
  },
  /** Maximum time of a push with all retries, in milliseconds, at most `intervalMs`. Default: 30 000. */
  pushTimeoutMs: {
    type: 'milliseconds',
    default: 30_000,
    variables: { OTEL_METRIC_EXPORT_TIMEOUT: 'Maximum time of a push with all retries, at most the interval.' },
  },
  /** Maximum data points per request. Halved if the collector finds a request too large. Default: 5000. */
  maxPointsPerRequest: { type: 'count', default: 5000 },
  /** Attributes of the resource. The sdk sets those of the service. */
  resource: { type: 'values', default: {} },
} as const;

export interface OtelOptions extends OtlpOptions, OptionsOf<typeof otelFields> {}

export interface ResolvedOptions extends ResolvedOtlpOptions, ResolvedOf<typeof otelFields> {}
