import type { EnvironmentRow } from '@sightline/settings';

// The variables that belong to no single backend. Rows for one setting lie in the order in which they win.

export const backendChoice: {
  readonly isEnabled: EnvironmentRow<'boolean'>;
  readonly addsPrometheus: EnvironmentRow<'boolean'>;
  readonly isDisabled: EnvironmentRow<'opentelemetry boolean'>;
  readonly names: EnvironmentRow<'names'>;
  readonly exporters: EnvironmentRow<'names'>;
} = {
  isEnabled: {
    name: 'ENABLE_METRICS',
    sets: 'backend',
    type: 'boolean',
    defaultText: 'true',
    description: '`false` is `none`; it beats everything else that chooses a backend, code included.',
  },
  names: {
    name: 'METRICS_BACKEND',
    sets: 'backend',
    type: 'names',
    defaultText: 'log',
    description:
      'Where metrics go: `prometheus`, `otel`, `statsd`, `log`, or a name from `backends`; several separated by commas; or `none`.',
  },
  addsPrometheus: {
    name: 'ENABLE_PROMETHEUS_METRICS',
    sets: 'backend',
    type: 'boolean',
    defaultText: 'false',
    description: '`true` adds `prometheus` to what the environment and the defaults choose.',
  },
  exporters: {
    name: 'OTEL_METRICS_EXPORTER',
    sets: 'backend',
    type: 'names',
    defaultText: 'log',
    description:
      'The same as OpenTelemetry calls it: `prometheus`, `otlp` (which is `otel`), `console` (which is `log`), `none`.',
  },
  isDisabled: {
    name: 'OTEL_SDK_DISABLED',
    sets: 'metrics',
    type: 'opentelemetry boolean',
    defaultText: 'false',
    description: '`true` makes recording do nothing at all.',
  },
};

export const strictRow: EnvironmentRow<'boolean'> = {
  name: 'SIGHTLINE_STRICT',
  sets: 'strict',
  type: 'boolean',
  defaultText: 'false',
  description: '`true` makes a wrong environment variable throw at start-up instead of being warned about.',
};

export const testRunRow: EnvironmentRow<'boolean'> = {
  name: 'SIGHTLINE_TEST_RUN',
  sets: 'isTestRun',
  type: 'boolean',
  defaultText: 'true under a test runner or with NODE_ENV=test',
  description: '`true` opens no port, sends and logs nothing, and records everything; `false` does as in production.',
};

export const logsExporterRow: EnvironmentRow<'choice'> = {
  name: 'OTEL_LOGS_EXPORTER',
  sets: 'otlpLogs',
  type: 'choice',
  choices: { otlp: 'otlp', console: 'none', none: 'none' },
  defaultText: 'none',
  description: '`otlp` sends log lines to the collector, too; they are written in any case.',
};
