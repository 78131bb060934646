import { isRecord } from '@sightline/base';
import type { LazyBackend, MetricsBackend } from '@sightline/core';
import { otlpEnvironment, otlpSameSourceOptions, type ResolvedOtlpOptions, resolveOtlpOptions } from '@sightline/otlp';
import { ConfigurationError, effectiveOptions, given, type OptionReading } from '@sightline/settings';
import { tracingSettings } from '@sightline/tracing/settings';
import { type BackendSetup, lazyBackend } from '../backends/backend-loader.js';
import { type BuiltInBackend, type BuiltInSetup, builtInBackends } from '../backends/built-in-backends.js';
import type { Chosen } from '../backends/choose-backends.js';
import type { Configuration } from '../configuration.js';
import { effectiveLogger } from '../logs/logger-settings.js';
import type { ObservabilityOptions, ObservabilityTracingOptions } from '../options.js';
import { belongsInHttp } from './check-options.js';
import { httpEnvironment, httpOptionNames, type ResolvedHttpOptions, resolveHttp } from './http-settings.js';
import { logsExporterRow } from './sdk-environment.js';

// The groups of options that `createObservability` takes, each from code, environment and defaults.

export function effectiveHttp({ http, defaults }: ObservabilityOptions, reading: OptionReading): ResolvedHttpOptions {
  const chosen = effectiveOptions(
    {
      name: 'http',
      known: httpOptionNames,
      rows: httpEnvironment,
      code: isRecord<object>(http) ? http : undefined,
      defaults: defaults?.http,
      resolve: resolveHttp,
    },
    reading,
  );
  return isRefused(reading) ? resolveHttp({}) : resolveHttp(chosen);
}

export function effectiveTracing(
  { tracing, defaults }: ObservabilityOptions,
  reading: OptionReading,
): ObservabilityTracingOptions {
  return effectiveOptions(
    {
      name: 'tracing',
      known: [...Object.keys(tracingSettings.resolve({})), ...tracingObjectNames],
      rows: tracingSettings.environment,
      sameSourceOptions: tracingSettings.sameSourceOptions,
      code: isRecord<object>(tracing) ? tracing : undefined,
      defaults: defaults?.tracing,
      resolve: tracingSettings.resolve,
    },
    reading,
  );
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

export function loggerOf(
  { logger, defaults }: ObservabilityOptions,
  { environment, settings }: OptionReading,
): Configuration['logger'] {
  if (logger === false) {
    settings.set('logger', false, 'code');
    return undefined;
  }
  if (logger !== undefined && 'child' in logger) {
    settings.set('logger', 'the service’s own', 'code');
    return logger;
  }
  return effectiveLogger(logger ?? {}, defaults?.logger ?? {}, environment, settings);
}

export function effectiveOtlpLogs(
  { otlpLogs }: ObservabilityOptions,
  reading: OptionReading,
): ResolvedOtlpOptions | undefined {
  const variable = reading.environment.read(logsExporterRow, 'otlpLogs');
  const candidates = [
    given(otlpLogs === undefined ? undefined : otlpLogs !== false, 'code'),
    variable && { value: variable.value === 'otlp', source: variable.source },
  ];
  if (!reading.settings.pick('otlpLogs', candidates, false)) return undefined;
  const resolve = (chosen: object): ResolvedOtlpOptions => resolveOtlpOptions(chosen, 'logs', 'sdk');
  const chosen = effectiveOptions(
    {
      name: 'otlpLogs',
      known: Object.keys(resolve({})),
      rows: otlpEnvironment('logs'),
      sameSourceOptions: otlpSameSourceOptions,
      code: isRecord<object>(otlpLogs) ? otlpLogs : undefined,
      defaults: undefined,
      resolve,
    },
    reading,
  );
  return isRefused(reading) ? undefined : resolve(chosen);
}

/** Whether what was read will throw, so that it need not be right. */
function isRefused({ problems }: OptionReading): boolean {
  return problems.length > 0;
}

export function serverChoice(http: ObservabilityOptions['http']): Configuration['opensServer'] | undefined {
  if (http === undefined) return undefined;
  return http === false ? 'never' : 'always';
}

/** Every built-in backend with its effective options, so that a wrong option of a backend that is not chosen is found, too. */
export function builtInOf(
  options: ObservabilityOptions,
  { targets, ...setup }: BuiltInSetup & { readonly targets: Map<string, string> },
  reading: OptionReading,
): ReadonlyMap<string, LazyBackend> {
  return new Map(
    Object.entries<BuiltInBackend>(builtInBackends).map(([name, row]) => {
      const { optionsName } = row;
      const own = effectiveOptions(
        {
          name: optionsName,
          known: row.optionNames,
          rows: row.environment,
          sameSourceOptions: row.sameSourceOptions,
          hint: optionsName === 'prometheus' ? belongsInHttp : undefined,
          code: options[optionsName],
          defaults: options.defaults?.[optionsName],
          resolve: row.resolve,
        },
        reading,
      );
      const target = row.targetOf(own);
      if (target !== undefined) targets.set(name, target);
      return [name, { name, histogramNeed: row.histogramNeedOf(own), load: () => row.load(own, setup) }];
    }),
  );
}

/** What core is given for a chosen backend. */
export function loadable(
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
