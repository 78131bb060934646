import { consoleLog, type Log, safeLog } from '@sightline/base';
import {
  ConfigurationError,
  type Env,
  EnvironmentReader,
  effectiveService,
  environmentWarning,
  given,
  type OptionReading,
  processRows,
  type Service,
  Settings,
} from '@sightline/settings';
import { reportJaegerVariables } from '@sightline/tracing/settings';
import type { LineTarget } from './backends/built-in-backends.js';
import { chooseBackends } from './backends/choose-backends.js';
import type { Configuration } from './configuration.js';
import { environmentTables } from './environment-tables.js';
import { effectiveLive } from './live/live-settings.js';
import { observabilityFields as fields, type ObservabilityOptions } from './options.js';
import { checkOptions } from './settings/check-options.js';
import {
  apiOption,
  builtInOf,
  effectiveHttp,
  effectiveOtlpLogs,
  effectiveTracing,
  loadable,
  loggerOf,
  serverChoice,
  windowOptionsOf,
} from './settings/option-groups.js';
import {
  backendsOfTest,
  isTestRun,
  loggerOfTest,
  optionsOfTest,
  serverOfTest,
  tracingOfTest,
} from './settings/test-run.js';

/** Throws a `ConfigurationError` for what is wrong in code; what is wrong in the environment is warned about, or thrown with it. */
export function configure(wanted: ObservabilityOptions, ownLog?: Log): Configuration {
  const { problems: problemsInCode, usable } = checkOptions(wanted);
  const env = usable.env ?? process.env;
  const log = usable.log ?? ownLog ?? consoleLog;
  const lines: LineTarget = { logger: undefined };
  const environment = new EnvironmentReader(env);
  const settings = new Settings();
  const reading: OptionReading = { environment, settings, problems: problemsInCode };

  const isTest = isTestRun(usable, env, environment, settings);
  const options = isTest ? optionsOfTest(usable) : usable;
  const isStrict = settings.pick('strict', [environment.read(processRows.strict, 'strict')], false);
  const isDisabled = settings.pick('isDisabled', [environment.read(processRows.isDisabled, 'isDisabled')], false);
  const service = effectiveService(options, environment, settings);
  const wantedBackends = chooseBackends(options, environment, settings, problemsInCode);
  const chosen = isTest ? backendsOfTest(wantedBackends, settings) : wantedBackends;
  const targets = new Map<string, string>();
  const builtIn = builtInOf(options, { service, lines, targets }, reading);
  const http = effectiveHttp(options, reading);
  const tracing = effectiveTracing(options, reading);
  const logger = loggerOf(options, reading);
  const otlpLogs = effectiveOtlpLogs(options, reading);
  const live = effectiveLive(options, reading, { service, isProduction: isProduction(env, service) });
  reportJaegerVariables(environment);
  const known = environmentTables.flatMap(({ rows }) => rows.map(({ name }) => name));
  // A shell that has the doctor's variables may start the service as well.
  environment.reportMisspelt(known, { ownPrefix: 'SIGHTLINE_', exceptPrefix: 'SIGHTLINE_DOCTOR_' });
  if (isStrict) refuse([...problemsInCode, ...environment.problems()]);
  warn(environment.problems(settings), safeLog(log));
  refuse(problemsInCode);

  const pick = <T>(name: string, value: T | undefined, fallback: T): T =>
    settings.pick(name, [given(value, 'code')], fallback);
  const isTraced =
    !isDisabled && pick('tracing', options.tracing === undefined ? undefined : options.tracing !== false, true);
  // A service that registers its own SDK may do so later, and would find the place taken.
  const isServedByDefault = tracing.engine !== 'registered';
  return {
    service,
    tracing: isTraced ? (isTest ? tracingOfTest(tracing, settings) : tracing) : undefined,
    logger: isTest && logger !== undefined && !('child' in logger) ? loggerOfTest(logger, environment) : logger,
    otlpLogs: isDisabled || isTest ? undefined : otlpLogs,
    live: isDisabled || (isTest && live?.port !== 0) ? undefined : live,
    window: windowOptionsOf(options),
    openTelemetryApis: {
      metrics: pick('openTelemetryApis.metrics', apiOption(options, 'metrics'), isServedByDefault),
      logs: pick('openTelemetryApis.logs', apiOption(options, 'logs'), isServedByDefault),
    },
    logsStart: pick('logsStart', options.logsStart, fields.logsStart.default) && !isTest,
    lines,
    isDisabled,
    targets,
    backends: isDisabled ? [] : chosen.map((entry) => loadable(entry, options, builtIn, { service, env })),
    metrics: pick('metrics', options.metrics, {}),
    processMetrics: pick('processMetrics', options.processMetrics, chosen.length > 0 && !isDisabled),
    http,
    opensServer: pick('server', isTest ? serverOfTest(options) : serverChoice(options.http), 'with page'),
    log,
    signals: pick('signals', options.signals, !isTest),
    shutdownTimeoutMs: pick('shutdownTimeoutMs', options.shutdownTimeoutMs, fields.shutdownTimeoutMs.default),
    shutdownLingerMs: pick('shutdownLingerMs', options.shutdownLingerMs, fields.shutdownLingerMs.default),
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

function isProduction(env: Env, { environment = '' }: Service): boolean {
  return env['NODE_ENV'] === 'production' || /^prod/i.test(environment);
}
