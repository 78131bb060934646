import type { Log } from '@sightline/base';
import {
  ConfigurationError,
  EnvironmentReader,
  effectiveOptions,
  effectiveService,
  environmentWarning,
  processRows,
  type Service,
  Settings,
  serviceRows,
} from '@sightline/settings';
import { serviceFields } from '@sightline/settings/fields';
import { tracingSettings } from '../settings.js';
import type { ResolvedTracingSettings } from './fields.js';
import { reportJaegerVariables } from './jaeger-variables.js';
import { objectFields, type TracingOptions } from './options.js';

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
  const isDisabled = effective.pick('isDisabled', [environment.read(processRows.isDisabled, 'isDisabled')], false);
  const service = effectiveService(options, environment, effective);
  const chosen = effectiveOptions(
    { ...tracingSettings, name: 'tracing', code: withoutObjects(options), defaults: undefined },
    { environment, settings: effective, problems },
  );
  const rows = [
    ...tracingSettings.environment,
    ...serviceRows.name,
    serviceRows.attributes,
    serviceRows.detectors,
    processRows.isDisabled,
  ];
  reportJaegerVariables(environment);
  environment.reportMisspelt(rows.map(({ name }) => name));
  const inEnvironment = environment.problems(effective);
  if (inEnvironment.length > 0) warn(inEnvironment, log);
  if (problems.length > 0) throw new ConfigurationError(problems, 'tracing');
  return { service, settings: tracingSettings.resolve(chosen), isDisabled, effective };
}

/** Unknown names stay, so that they are reported. */
function withoutObjects(options: TracingOptions): object {
  const isData = (name: string): boolean => !Object.hasOwn(objectFields, name) && !Object.hasOwn(serviceFields, name);
  return Object.fromEntries(Object.entries(options).filter(([name]) => isData(name)));
}

function warn(problems: readonly string[], log: Log): void {
  log.warn({ problems }, environmentWarning('tracing', problems));
}
