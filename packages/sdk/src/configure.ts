import { consoleLog, isRecord, type Log, safeLog } from '@sightline/base';
import type { LazyBackend, MetricsBackend } from '@sightline/core';
import type { LoggerOptions } from '@sightline/logger';
import { otlpDecidedTogether, otlpEnvironment, type ResolvedOtlpOptions, resolveOtlpOptions } from '@sightline/otlp';
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
import { reportJaegerVariables, tracingSettings } from '@sightline/tracing/settings';
import type { Logger as PinoLogger } from 'pino';
import { type BackendSetup, lazyBackend } from './backends/backend-loader.js';
import {
  type BuiltInBackend,
  type BuiltInSetup,
  builtInBackends,
  type LineTarget,
} from './backends/built-in-backends.js';
import { type Chosen, chooseBackends } from './backends/choose-backends.js';
import { environmentTables } from './environment-tables.js';
import { effectiveLogger } from './logs/logger-settings.js';
import type { ObservabilityOptions, ObservabilityTracingOptions } from './options.js';
import { belongsInHttp, checkOptions } from './settings/check-options.js';
import { httpEnvironment, httpOptionNames, type ResolvedHttpOptions, resolveHttp } from './settings/http-settings.js';
import { backendChoice, logsExporterRow, strictRow } from './settings/sdk-environment.js';
import {
  backendsOfTest,
  isTestRun,
  loggerOfTest,
  optionsOfTest,
  serverOfTest,
  tracingOfTest,
} from './settings/test-run.js';

/** What `createObservability` sets up, after code, environment and defaults were weighed against each other. */
export interface Configuration {
  readonly service: Service;
  readonly backends: ReadonlyArray<MetricsBackend | LazyBackend>;
  /** By the names of built-in backends: where these send. */
  readonly targets: ReadonlyMap<string, string>;
  /** What `startTracing` is given; `undefined` where nothing is traced. */
  readonly tracing: ObservabilityTracingOptions | undefined;
  /** What the logger is made with, the service's own, or `undefined` for none. */
  readonly logger: LoggerOptions | PinoLogger | undefined;
  /** Where log lines go beside their destination; `undefined` for nowhere. */
  readonly otlpLogs: ResolvedOtlpOptions | undefined;
  readonly logsStart: boolean;
  /** Filled in when the logger is there; backends are loaded later. */
  readonly lines: LineTarget;
  /** `OTEL_SDK_DISABLED`: recording does nothing. */
  readonly isDisabled: boolean;
  readonly metrics: NonNullable<ObservabilityOptions['metrics']>;
  readonly processMetrics: NonNullable<ObservabilityOptions['processMetrics']>;
  readonly http: ResolvedHttpOptions;
  readonly opensServer: 'always' | 'with page' | 'never';
  readonly log: Log;
  readonly signals: boolean;
  readonly shutdownTimeoutMs: number;
  readonly shutdownLingerMs: number;
  readonly settings: Settings;
}

/** Throws a `ConfigurationError` for what is wrong in code; what is wrong in the environment is warned about, or thrown with it. */
export function configure(wanted: ObservabilityOptions, ownLog?: Log): Configuration {
  const { problems: problemsInCode, usable } = checkOptions(wanted);
  const env = usable.env ?? process.env;
  const log = usable.log ?? ownLog ?? consoleLog;
  const lines: LineTarget = { logger: undefined };
  const environment = new EnvironmentReader(env);
  const settings = new Settings();

  const isTest = isTestRun(usable, env, environment, settings);
  const options = isTest ? optionsOfTest(usable) : usable;
  const isStrict = settings.pick('strict', [environment.read(strictRow, 'strict')], false);
  const isDisabled = settings.pick('isDisabled', [environment.read(backendChoice.isDisabled, 'isDisabled')], false);
  const service = effectiveService(options, environment, settings);
  const wantedBackends = chooseBackends(options, environment, settings, problemsInCode);
  const chosen = isTest ? backendsOfTest(wantedBackends, settings) : wantedBackends;
  const targets = new Map<string, string>();
  const builtIn = builtInOf(options, { service, lines, targets }, environment, settings, problemsInCode);
  const http = effectiveHttp(options, environment, settings, problemsInCode);
  const tracing = effectiveTracing(options, environment, settings, problemsInCode);
  const logger = loggerOf(options, environment, settings);
  const otlpLogs = effectiveOtlpLogs(options, environment, settings, problemsInCode);
  reportJaegerVariables(environment);
  environment.reportMisspelt(environmentTables.flatMap(({ rows }) => rows.map(({ name }) => name)));
  if (isStrict) refuse([...problemsInCode, ...environment.problems()]);
  warn(environment.problems(settings), safeLog(log));
  refuse(problemsInCode);

  const pick = <T>(name: string, value: T | undefined, fallback: T): T =>
    settings.pick(name, [given(value, 'code')], fallback);
  const isTraced =
    !isDisabled && pick('tracing', options.tracing === undefined ? undefined : options.tracing !== false, true);
  return {
    service,
    tracing: isTraced ? (isTest ? tracingOfTest(tracing, settings) : tracing) : undefined,
    logger: isTest && logger !== undefined && !('child' in logger) ? loggerOfTest(logger, environment) : logger,
    otlpLogs: isDisabled || isTest ? undefined : otlpLogs,
    logsStart: pick('logsStart', options.logsStart, true) && !isTest,
    lines,
    isDisabled,
    targets,
    backends: isDisabled ? [] : chosen.map((entry) => loadable(entry, options, builtIn, { service, env })),
    metrics: pick('metrics', options.metrics, {}),
    processMetrics: pick('processMetrics', options.processMetrics, chosen.length > 0 && !isDisabled),
    http: resolveHttp(http),
    opensServer: pick('server', isTest ? serverOfTest(options) : serverChoice(options.http), 'with page'),
    log,
    signals: pick('signals', options.signals, !isTest),
    shutdownTimeoutMs: pick('shutdownTimeoutMs', options.shutdownTimeoutMs, 5000),
    shutdownLingerMs: pick('shutdownLingerMs', options.shutdownLingerMs, 0),
    settings,
  };
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function warn(problems: readonly string[], log: Log): void {
  if (problems.length === 0) return;
  log.warn({ problems }, environmentWarning('sdk', problems));
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
    code: isRecord(options.http) ? options.http : undefined,
    defaults: options.defaults?.http,
    resolve: resolveHttp,
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
    code: isRecord(options.tracing) ? options.tracing : undefined,
    defaults: options.defaults?.tracing,
    resolve: (chosen) => tracingSettings.resolve(chosen),
  };
  return effectiveOptions(group, environment, settings, problems);
}

function loggerOf(
  { logger, defaults }: ObservabilityOptions,
  environment: EnvironmentReader,
  settings: Settings,
): Configuration['logger'] {
  if (logger === false) {
    settings.note('logger', false, 'code');
    return undefined;
  }
  if (logger !== undefined && 'child' in logger) {
    settings.note('logger', 'the service’s own', 'code');
    return logger;
  }
  return effectiveLogger(logger ?? {}, defaults?.logger ?? {}, environment, settings);
}

function effectiveOtlpLogs(
  { otlpLogs }: ObservabilityOptions,
  environment: EnvironmentReader,
  settings: Settings,
  problems: string[],
): ResolvedOtlpOptions | undefined {
  const variable = environment.read(logsExporterRow, 'otlpLogs');
  const candidates = [
    given(otlpLogs === undefined ? undefined : otlpLogs !== false, 'code'),
    variable && { value: variable.value === 'otlp', source: variable.source },
  ];
  if (!settings.pick('otlpLogs', candidates, false)) return undefined;
  const resolve = (chosen: object): ResolvedOtlpOptions => resolveOtlpOptions(chosen, 'logs', 'sdk');
  const group: OptionGroup = {
    name: 'otlpLogs',
    known: Object.keys(resolve({})),
    rows: otlpEnvironment('logs'),
    decidedTogether: otlpDecidedTogether,
    code: isRecord(otlpLogs) ? otlpLogs : undefined,
    defaults: undefined,
    resolve,
  };
  return resolve(effectiveOptions(group, environment, settings, problems));
}

/** Options that are not data. */
const tracingObjectNames = [
  'resource',
  'samplingRules',
  'baggageAttributes',
  'instrumentations',
  'spanProcessors',
  'isGlobal',
];

function serverChoice(http: ObservabilityOptions['http']): Configuration['opensServer'] | undefined {
  if (http === undefined) return undefined;
  return http === false ? 'never' : 'always';
}

/** Every built-in backend with its effective options, so that a wrong option is found whichever backend is chosen. */
function builtInOf(
  options: ObservabilityOptions,
  { targets, ...setup }: BuiltInSetup & { readonly targets: Map<string, string> },
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
      const target = row.targetOf(own);
      if (target !== undefined) targets.set(name, target);
      return [name, { name, histogramNeed: row.histogramNeedOf(own), load: () => row.load(own, setup) }];
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
