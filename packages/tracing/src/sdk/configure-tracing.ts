import type { Log } from '@sightline/base';
import {
  ConfigurationError,
  EnvironmentReader,
  effectiveOptions,
  effectiveService,
  environmentWarning,
  type Service,
  Settings,
  serviceRows,
} from '@sightline/settings';
import { tracingSettings } from '../settings.js';
import type { ResolvedTracingSettings, TracingSettings } from './fields.js';
import { reportJaegerVariables } from './jaeger-variables.js';
import type { TracingOptions } from './options.js';

/** The configuration for `startTracing`, merged from code and environment. */
export interface TracingConfiguration {
  readonly service: Service;
  readonly settings: ResolvedTracingSettings;
  /** `OTEL_SDK_DISABLED`: nothing is traced. */
  readonly isDisabled: boolean;
  /** Every setting with its source. */
  readonly effective: Settings;
}

/** Merges options and environment. Throws a `ConfigurationError` for wrong options; a wrong variable is ignored with a warning. */
export function configureTracing(options: TracingOptions, log: Log): TracingConfiguration {
  const environment = new EnvironmentReader(options.env ?? process.env);
  const effective = new Settings();
  const problems: string[] = [];
  const isDisabled = effective.pick('isDisabled', [environment.read(disabledRow, 'isDisabled')], false);
  const service = effectiveService(options, environment, effective);
  const chosen = effectiveOptions(
    {
      name: 'tracing',
      known: [...settingNames, ...objectNames],
      rows: tracingSettings.environment,
      sameSourceOptions: tracingSettings.sameSourceOptions,
      code: withoutObjects(options),
      defaults: undefined,
      resolve: tracingSettings.resolve,
    },
    { environment, settings: effective, problems },
  );
  const rows = [
    ...tracingSettings.environment,
    ...serviceRows.name,
    serviceRows.attributes,
    serviceRows.detectors,
    disabledRow,
  ];
  reportJaegerVariables(environment);
  environment.reportMisspelt(rows.map(({ name }) => name));
  const inEnvironment = environment.problems(effective);
  if (inEnvironment.length > 0) warn(inEnvironment, log);
  if (problems.length > 0) throw new ConfigurationError(problems, 'tracing');
  return { service, settings: tracingSettings.resolve(chosen), isDisabled, effective };
}

const disabledRow = {
  name: 'OTEL_SDK_DISABLED',
  sets: 'tracing',
  type: 'opentelemetry boolean',
  defaultText: 'false',
  description: '`true` disables tracing.',
} as const;

const settingNames = Object.keys(tracingSettings.resolve({})) as Array<keyof TracingSettings>;
/** Options that hold objects: they are not data, and `explain()` does not show them. */
const objectNames = [
  'serviceName',
  'serviceVersion',
  'environment',
  'resource',
  'samplingRules',
  'baggageAttributes',
  'instrumentations',
  'spanProcessors',
  'metrics',
  'log',
  'env',
  'isGlobal',
  'drainsAtExit',
  'clock',
] as const satisfies ReadonlyArray<keyof TracingOptions>;

/** Unknown names stay, so that they are reported. */
function withoutObjects(options: TracingOptions): object {
  const isObject = (name: string): boolean => (objectNames as readonly string[]).includes(name);
  return Object.fromEntries(Object.entries(options).filter(([name]) => !isObject(name)));
}

function warn(problems: readonly string[], log: Log): void {
  log.warn({ problems }, environmentWarning('tracing', problems));
}
