/**
 * The environment variables that set the backend's options. Of several that set the same option the first one wins. The
 * package itself never reads `process.env`.
 */
export const prometheusEnvironment: readonly PrometheusEnvironmentRow[] = [
  {
    name: 'METRICS_PORT',
    sets: 'port',
    type: 'port',
    defaultText: '9464',
    description: 'Port on which Prometheus finds the metrics; 0 takes a free one.',
  },
  {
    name: 'OTEL_EXPORTER_PROMETHEUS_PORT',
    sets: 'port',
    type: 'port',
    defaultText: '9464',
    description: 'The same, as OpenTelemetry calls it.',
  },
  {
    name: 'METRICS_HOST',
    sets: 'host',
    type: 'string',
    defaultText: 'all interfaces',
    description: 'Address or host name on which the metrics are served.',
  },
  {
    name: 'OTEL_EXPORTER_PROMETHEUS_HOST',
    sets: 'host',
    type: 'string',
    defaultText: 'all interfaces',
    description: 'The same, as OpenTelemetry calls it.',
  },
];

export interface PrometheusEnvironmentRow {
  readonly name: string;
  /** The option it sets. */
  readonly sets: 'port' | 'host';
  readonly type: 'port' | 'string';
  readonly defaultText: string;
  readonly description: string;
}
