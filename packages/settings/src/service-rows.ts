import type { EnvironmentRow } from './environment-row.js';

/** Variables that say who the service is. Rows for one setting lie in the order in which they win. */
export const serviceRows: {
  readonly name: readonly EnvironmentRow<'string'>[];
  readonly version: readonly EnvironmentRow<'string'>[];
  readonly environment: readonly EnvironmentRow<'string'>[];
  readonly attributes: EnvironmentRow<'attributes'>;
  readonly detectors: EnvironmentRow<'names'>;
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
  detectors: {
    name: 'OTEL_NODE_RESOURCE_DETECTORS',
    sets: 'resourceDetectors',
    type: 'names',
    choices: {
      env: 'env',
      host: 'host',
      os: 'os',
      process: 'process',
      serviceinstance: 'serviceinstance',
      all: 'all',
      none: 'none',
    },
    defaultText: 'env',
    description:
      'Further facts about the service to find out: `host`, `os` and `process`. Without `env` in the list `OTEL_RESOURCE_ATTRIBUTES` is not read; `serviceinstance` is always there.',
  },
  version: [stringRow('DD_VERSION', 'serviceVersion', 'The version of the service, as Datadog calls it.')],
  environment: [
    stringRow('OPENTELEMETRY_ENVIRONMENT', 'environment', 'Where the service runs, such as `production`.'),
    stringRow('DD_ENV', 'environment', 'The same as Datadog calls it.'),
  ],
};

function stringRow(name: string, sets: string, description: string): EnvironmentRow<'string'> {
  const defaultText = { serviceName: '`unknown_service:node`' }[sets] ?? '';
  return { name, sets, type: 'string', defaultText, description };
}
