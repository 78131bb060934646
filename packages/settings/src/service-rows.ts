import type { EnvironmentRow } from './environment-row.js';
import { rowsOf } from './fields/field-rows.js';
import { serviceFields } from './fields/service-fields.js';

/** Variables that say who the service is. Rows for one setting lie in the order in which they win. */
export const serviceRows: {
  readonly name: readonly EnvironmentRow<'string'>[];
  readonly version: readonly EnvironmentRow<'string'>[];
  readonly environment: readonly EnvironmentRow<'string'>[];
  readonly attributes: EnvironmentRow<'attributes'>;
  readonly detectors: EnvironmentRow<'names'>;
} = {
  name: Object.values(rowsOf('serviceName', serviceFields.serviceName)),
  version: Object.values(rowsOf('serviceVersion', serviceFields.serviceVersion)),
  environment: Object.values(rowsOf('environment', serviceFields.environment)),
  attributes: rowsOf('serviceName, serviceVersion, environment', {
    type: 'strings',
    variables: {
      OTEL_RESOURCE_ATTRIBUTES: {
        default: '',
        help: 'Facts about the service. The backend `otel` sends all of them; `service.name`, `service.version`, `deployment.environment.name` (or `deployment.environment`) and `service.instance.id` say who the service is.',
      },
    },
  }).OTEL_RESOURCE_ATTRIBUTES,
  detectors: rowsOf('resourceDetectors', {
    type: 'list',
    choices: ['env', 'host', 'os', 'process', 'serviceinstance', 'all', 'none'],
    default: 'env',
    variables: {
      OTEL_NODE_RESOURCE_DETECTORS:
        'Further facts about the service to find out: `host`, `os` and `process`. Without `env` in the list `OTEL_RESOURCE_ATTRIBUTES` is not read; `serviceinstance` is always there.',
    },
  }).OTEL_NODE_RESOURCE_DETECTORS,
};

/** Variables that change what everything else does. */
export const processRows: {
  readonly isDisabled: EnvironmentRow<'opentelemetry boolean'>;
  readonly strict: EnvironmentRow<'boolean'>;
} = {
  isDisabled: rowsOf('metrics', {
    type: 'boolean',
    default: false,
    variables: {
      OTEL_SDK_DISABLED: { type: 'opentelemetry boolean', help: '`true` makes recording do nothing at all.' },
    },
  }).OTEL_SDK_DISABLED,
  strict: rowsOf('strict', {
    type: 'boolean',
    default: false,
    variables: {
      SIGHTLINE_STRICT: '`true` makes a wrong environment variable throw at start-up instead of being warned about.',
    },
  }).SIGHTLINE_STRICT,
};
