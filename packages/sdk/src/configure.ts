import { prometheusSettings, type ResolvedOptions } from '@sightline/backend-prometheus/settings';
import { consoleLog, type LazyBackend, type Log, type MetricsBackend } from '@sightline/core';
import type { Service } from '@sightline/settings';
import {
  ConfigurationError,
  EnvironmentReader,
  effectiveOptions,
  effectiveService,
  environmentWarning,
  given,
  type OptionGroup,
  Settings,
} from '@sightline/settings';
import { tracingSettings } from '@sightline/tracing/settings';
import { type BackendSetup, lazyBackend } from './backends/backend-loader.js';
import { type BuiltInBackend, builtInBackends } from './backends/built-in-backends.js';
import { type Chosen, chooseBackends } from './backends/choose-backends.js';
import { environmentTables } from './environment-tables.js';
import type { ObservabilityOptions, ObservabilityTracingOptions } from './options.js';
import { belongsInHttp, isObject, optionProblems } from './settings/check-options.js';
import { httpEnvironment, httpOptionNames } from './settings/http-settings.js';
import { backendChoice, strictRow } from './settings/sdk-environment.js';

/** What `createObservability` sets up, after code, environment and defaults were weighed against each other. */
export interface Configuration {
  readonly service: Service;
  readonly backends: ReadonlyArray<MetricsBackend | LazyBackend>;
  /** What `startTracing` is given; `undefined` where nothing is traced. */
  readonly tracing: ObservabilityTracingOptions | undefined;
  /** `OTEL_SDK_DISABLED`: recording does nothing. */
  readonly isDisabled: boolean;
  readonly metrics: NonNullable<ObservabilityOptions['metrics']>;
  readonly processMetrics: NonNullable<ObservabilityOptions['processMetrics']>;
  readonly http: ResolvedOptions;
  readonly opensServer: 'always' | 'with page' | 'never';
  readonly log: Log;
  readonly signals: boolean;
  readonly shutdownTimeoutMs: number;
  readonly shutdownLingerMs: number;
  readonly settings: Settings;
}

/** Throws a `ConfigurationError` for what is wrong in code; what is wrong in the environment is warned about, or thrown with it. */
export function configure(options: ObservabilityOptions): Configuration {
  const wrongOptions = optionProblems(options);
  if (wrongOptions.length > 0) throw new ConfigurationError(wrongOptions);

  const env = options.env ?? process.env;
  const log = options.log ?? consoleLog;
  const environment = new EnvironmentReader(env);
  const settings = new Settings();
  const problemsInCode: string[] = [];

  const isStrict = settings.pick('strict', [environment.read(strictRow, 'strict')], false);
  const isDisabled = settings.pick('isDisabled', [environment.read(backendChoice.isDisabled, 'isDisabled')], false);
  const service = effectiveService(options, environment, settings);
  const chosen = chooseBackends(options, environment, settings, problemsInCode);
  const builtIn = builtInOf(options, service, environment, settings, problemsInCode);
  const http = effectiveHttp(options, environment, settings, problemsInCode);
  const tracing = effectiveTracing(options, environment, settings, problemsInCode);
  environment.reportMisspelt(environmentTables.flatMap(({ rows }) => rows.map(({ name }) => name)));
  report(problemsInCode, environment.problems(settings), isStrict, log);

  const pick = <T>(name: string, value: T | undefined, fallback: T): T =>
    settings.pick(name, [given(value, 'code')], fallback);
  const isTraced =
    !isDisabled && pick('tracing', options.tracing === undefined ? undefined : options.tracing !== false, true);
  return {
    service,
    tracing: isTraced ? tracing : undefined,
    isDisabled,
    backends: isDisabled ? [] : chosen.map((entry) => loadable(entry, options, builtIn, { service, env })),
    metrics: pick('metrics', options.metrics, {}),
    processMetrics: pick('processMetrics', options.processMetrics, chosen.length > 0 && !isDisabled),
    http: prometheusSettings.resolve(http),
    opensServer: pick('server', serverChoice(options.http), 'with page'),
    log,
    signals: pick('signals', options.signals, true),
    shutdownTimeoutMs: pick('shutdownTimeoutMs', options.shutdownTimeoutMs, 5000),
    shutdownLingerMs: pick('shutdownLingerMs', options.shutdownLingerMs, 0),
    settings,
  };
}

function report(inCode: readonly string[], inEnvironment: readonly string[], isStrict: boolean, log: Log): void {
  if (isStrict && inEnvironment.length > 0) throw new ConfigurationError([...inCode, ...inEnvironment]);
  if (inEnvironment.length > 0) warn(inEnvironment, log);
  if (inCode.length > 0) throw new ConfigurationError(inCode);
}

function warn(problems: readonly string[], log: Log): void {
  try {
    log.warn({ problems }, environmentWarning('sdk', problems));
  } catch {
    // A logger that fails must not keep the service from starting.
  }
}

function effectiveHttp(
  options: ObservabilityOptions,
  environment: EnvironmentReader,
  settings: Settings,
  problems: string[],
): object {
  const group: OptionGroup = {
    name: 'http',
    known: httpOptionNames,
    rows: httpEnvironment,
    code: isObject(options.http) ? options.http : undefined,
    defaults: options.defaults?.http,
    resolve: (chosen) => prometheusSettings.resolve(chosen),
  };
  return effectiveOptions(group, environment, settings, problems);
}

function effectiveTracing(
  options: ObservabilityOptions,
  environment: EnvironmentReader,
  settings: Settings,
  problems: string[],
): ObservabilityTracingOptions {
  const group: OptionGroup = {
    name: 'tracing',
    known: [...Object.keys(tracingSettings.resolve({})), ...tracingObjectNames],
    rows: tracingSettings.environment,
    decidedTogether: tracingSettings.decidedTogether,
    code: isObject(options.tracing) ? options.tracing : undefined,
    defaults: options.defaults?.tracing,
    resolve: (chosen) => tracingSettings.resolve(chosen),
  };
  return effectiveOptions(group, environment, settings, problems);
}

/** Options that are not data. */
const tracingObjectNames = ['resource', 'samplingRules', 'instrumentations', 'spanProcessors', 'isGlobal'];

function serverChoice(http: ObservabilityOptions['http']): Configuration['opensServer'] | undefined {
  if (http === undefined) return undefined;
  return http === false ? 'never' : 'always';
}

/** Every built-in backend with its effective options, so that a wrong option is found whichever backend is chosen. */
function builtInOf(
  options: ObservabilityOptions,
  service: Service,
  environment: EnvironmentReader,
  settings: Settings,
  problems: string[],
): ReadonlyMap<string, LazyBackend> {
  return new Map(
    Object.entries<BuiltInBackend>(builtInBackends).map(([name, row]) => {
      const own = effectiveOptions(
        {
          name: row.optionsName,
          known: row.optionNames,
          rows: row.environment,
          decidedTogether: row.decidedTogether,
          hint: row.optionsName === 'prometheus' ? belongsInHttp : undefined,
          code: options[row.optionsName],
          defaults: options.defaults?.[row.optionsName],
          resolve: row.resolve,
        },
        environment,
        settings,
        problems,
      );
      return [name, { name, histogramNeed: row.histogramNeedOf(own), load: () => row.load(own, service) }];
    }),
  );
}

function loadable(
  entry: Chosen,
  { backends }: ObservabilityOptions,
  builtIn: ReadonlyMap<string, LazyBackend>,
  setup: BackendSetup,
): MetricsBackend | LazyBackend {
  if (typeof entry !== 'string') return entry;
  const own = backends?.[entry];
  const backend = own === undefined ? builtIn.get(entry) : lazyBackend(entry, own, setup);
  if (backend === undefined) throw new ConfigurationError([`There is no backend "${entry}".`]);
  return backend;
}
