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
    description: '`false` is `none`, whatever else chooses a backend, in code too.',
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

export const serviceRows: {
  readonly name: readonly EnvironmentRow<'string'>[];
  readonly version: readonly EnvironmentRow<'string'>[];
  readonly environment: readonly EnvironmentRow<'string'>[];
  readonly attributes: EnvironmentRow<'attributes'>;
} = {
  name: [
    stringRow('OTEL_SERVICE_NAME', 'serviceName', 'The name of the service.'),
    stringRow('OPENTELEMETRY_SERVICE_NAME', 'serviceName', 'An older spelling.'),
    stringRow('DD_SERVICE', 'serviceName', 'The same as Datadog calls it.'),
  ],
  attributes: {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    sets: 'serviceName, serviceVersion, environment',
    type: 'attributes',
    defaultText: '',
    description:
      'Facts about the service. The backend `otel` sends all of them; `service.name`, `service.version`, `deployment.environment.name` (or `deployment.environment`) and `service.instance.id` say who the service is.',
  },
  version: [stringRow('DD_VERSION', 'serviceVersion', 'The version of the service, as Datadog calls it.')],
  environment: [
    stringRow('OPENTELEMETRY_ENVIRONMENT', 'environment', 'Where the service runs, such as `production`.'),
    stringRow('DD_ENV', 'environment', 'The same as Datadog calls it.'),
  ],
};

export const strictRow: EnvironmentRow<'boolean'> = {
  name: 'SIGHTLINE_STRICT',
  sets: 'strict',
  type: 'boolean',
  defaultText: 'false',
  description: '`true` makes a wrong environment variable throw at start-up instead of being warned about.',
};

function stringRow(name: string, sets: string, description: string): EnvironmentRow<'string'> {
  const defaultText = { serviceName: '`unknown_service:node`' }[sets] ?? '';
  return { name, sets, type: 'string', defaultText, description };
}
