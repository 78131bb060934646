import { loggerSettings } from '@sightline/logger/settings';
import { otlpEnvironment } from '@sightline/otlp';
import { type EnvironmentRow, serviceRows } from '@sightline/settings';
import { tracingSettings } from '@sightline/tracing/settings';
import { builtInBackends } from './backends/built-in-backends.js';
import { instrumentationRows } from './register/chosen-instrumentations.js';
import { httpEnvironment } from './settings/http-settings.js';
import { backendChoice, logsExporterRow, strictRow, testRunRow } from './settings/sdk-environment.js';

/** Every environment variable that `createObservability` understands, in the order of the documentation. */
export const environmentTables: readonly EnvironmentTable[] = [
  {
    title: 'Where metrics go',
    rows: [
      backendChoice.names,
      backendChoice.isEnabled,
      backendChoice.addsPrometheus,
      backendChoice.exporters,
      backendChoice.isDisabled,
    ],
  },
  { title: 'The HTTP server', rows: httpEnvironment.map((row) => ({ ...row, sets: `http.${row.sets}` })) },
  ...Object.entries(builtInBackends)
    .filter(([, { environment }]) => environment.length > 0)
    .map(([name, { environment, optionsName }]) => ({
      title: `The backend \`${name}\``,
      rows: environment.map((row) => ({ ...row, sets: `${optionsName}.${row.sets}` })),
    })),
  {
    title: 'Tracing',
    rows: tracingSettings.environment.map((row) => ({ ...row, sets: `tracing.${row.sets}` })),
  },
  {
    title: 'Instrumentations that `register` enables',
    rows: [instrumentationRows.enabled, instrumentationRows.disabled],
  },
  { title: 'Log lines', rows: loggerSettings.environment.map((row) => ({ ...row, sets: `logger.${row.sets}` })) },
  {
    title: 'Log lines to an OpenTelemetry collector',
    rows: [logsExporterRow, ...otlpEnvironment('logs').map((row) => ({ ...row, sets: `otlpLogs.${row.sets}` }))],
  },
  {
    title: 'The service',
    rows: [
      ...serviceRows.name.slice(0, 1),
      serviceRows.attributes,
      serviceRows.detectors,
      ...serviceRows.name.slice(1),
      ...serviceRows.version,
      ...serviceRows.environment,
    ],
  },
  { title: 'Strictness and tests', rows: [strictRow, testRunRow] },
];

export interface EnvironmentTable {
  readonly title: string;
  readonly rows: readonly EnvironmentRow[];
}

export { allowedFor, type EnvironmentRow } from '@sightline/settings';
