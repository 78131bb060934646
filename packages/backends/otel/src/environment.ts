/**
 * The environment variables that set the backend's options (OpenTelemetry, "OTLP Exporter Configuration" and "Metrics SDK
 * Configuration"). Of several that set the same option the first one wins. The package itself never reads `process.env`.
 */
export const otelEnvironment: readonly OtelEnvironmentRow[] = [
  ...bothForms('PROTOCOL', 'protocol', 'choice', 'http/protobuf', 'How requests are encoded and carried.', {
    'http/protobuf': 'http/protobuf',
    'http/json': 'http/json',
    grpc: 'grpc',
  }),
  {
    name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
    sets: 'url',
    type: 'address',
    defaultText: 'http://localhost:4318/v1/metrics, or http://localhost:4317 with `grpc`',
    description: 'Where requests go, used as it is.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    sets: 'url',
    type: 'OTLP base address',
    defaultText: 'http://localhost:4318, or http://localhost:4317 with `grpc`',
    description: 'The collector, for all signals: `v1/metrics` is appended.',
  },
  ...bothForms('HEADERS', 'headers', 'attributes', '', 'Further headers or gRPC metadata. Never shown.'),
  ...bothForms('COMPRESSION', 'compression', 'choice', 'none', 'Whether requests are compressed.', {
    none: 'none',
    gzip: 'gzip',
  }),
  ...bothForms('TIMEOUT', 'timeoutMs', 'milliseconds', '10000', 'Longest time of one request.'),
  ...bothForms('CERTIFICATE', 'caFile', 'string', '', 'PEM file with the authorities to trust.'),
  ...bothForms('CLIENT_CERTIFICATE', 'certFile', 'string', '', "PEM file with the client's certificate."),
  ...bothForms('CLIENT_KEY', 'keyFile', 'string', '', "PEM file with the client's private key."),
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

export interface OtelEnvironmentRow {
  readonly name: string;
  /** The option it sets. */
  readonly sets:
    | 'protocol'
    | 'url'
    | 'headers'
    | 'compression'
    | 'timeoutMs'
    | 'caFile'
    | 'certFile'
    | 'keyFile'
    | 'temporality'
    | 'histograms'
    | 'intervalMs'
    | 'pushTimeoutMs';
  readonly type: 'choice' | 'address' | 'OTLP base address' | 'attributes' | 'milliseconds' | 'seconds' | 'string';
  /** Of the type `choice`: the option's value for each text. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly defaultText: string;
  readonly description: string;
}

/** The variable for metrics, which wins, and the one for all signals. */
function bothForms(
  ending: string,
  sets: OtelEnvironmentRow['sets'],
  type: OtelEnvironmentRow['type'],
  defaultText: string,
  description: string,
  choices?: Readonly<Record<string, string>>,
): readonly OtelEnvironmentRow[] {
  const row = { sets, type, defaultText, ...(choices === undefined ? {} : { choices }) };
  return [
    { ...row, name: `OTEL_EXPORTER_OTLP_METRICS_${ending}`, description },
    { ...row, name: `OTEL_EXPORTER_OTLP_${ending}`, description: 'The same for all signals.' },
  ];
}
