import { loggerSettings } from '@sightline/logger/settings';
import { otlpSettings } from '@sightline/otlp';
import { type EnvironmentRow, processRows, serviceRows } from '@sightline/settings';
import { rowsOf } from '@sightline/settings/fields';
import { tracingSettings } from '@sightline/tracing/settings';
import { builtInBackends } from './backends/built-in-backends.js';
import { liveSettings } from './live/live-options.js';
import { observabilityFields } from './options.js';
import { instrumentationRows } from './register/chosen-instrumentations.js';
import { httpSettings } from './settings/http-settings.js';

/** Every environment variable that `createObservability` understands, in the order of the documentation. */
export const environmentTables: readonly EnvironmentTable[] = [
  { title: 'Where metrics go', rows: [...rowsOfOption('backend'), processRows.isDisabled] },
  { title: 'The HTTP server', rows: below('http', httpSettings) },
  ...Object.entries(builtInBackends)
    .filter(([, { environment }]) => environment.length > 0)
    .map(([name, backend]) => ({ title: `The backend \`${name}\``, rows: below(backend.optionsName, backend) })),
  { title: 'Tracing', rows: below('tracing', tracingSettings) },
  { title: 'Instrumentations that `register` enables', rows: Object.values(instrumentationRows) },
  { title: 'Log lines', rows: below('logger', loggerSettings) },
  {
    title: 'Log lines to an OpenTelemetry collector',
    rows: [...rowsOfOption('otlpLogs'), ...below('otlpLogs', otlpSettings('logs', 'sdk', 'otlpLogs'))],
  },
  { title: 'The live page', rows: [...rowsOfOption('live'), ...below('live', liveSettings)] },
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
  { title: 'Strictness and tests', rows: [processRows.strict, ...rowsOfOption('isTestRun')] },
];

export interface EnvironmentTable {
  readonly title: string;
  readonly rows: readonly EnvironmentRow[];
}

function rowsOfOption(option: keyof typeof observabilityFields): readonly EnvironmentRow[] {
  return Object.values<EnvironmentRow>(rowsOf(option, observabilityFields[option]));
}

/** The rows of options within an option. */
function below(
  option: string,
  { environment }: { readonly environment: readonly EnvironmentRow[] },
): readonly EnvironmentRow[] {
  return environment.map((row) => ({ ...row, sets: `${option}.${row.sets}` }));
}

export { allowedFor, type EnvironmentRow } from '@sightline/settings';
