import type { MetricsWindowOptions } from '@sightline/backend-log-snapshot/window';
import { isRecord } from '@sightline/base';
import type { LazyBackend, MetricsBackend } from '@sightline/core';
import { loggerSettings } from '@sightline/logger/settings';
import { otlpSettings, type ResolvedOtlpOptions } from '@sightline/otlp';
import { ConfigurationError, effectiveOptions, given, type OptionReading } from '@sightline/settings';
import { type PackageSettings, rowsOf } from '@sightline/settings/fields';
import { tracingSettings } from '@sightline/tracing/settings';
import { type BackendSetup, lazyBackend } from '../backends/backend-loader.js';
import { type BuiltInBackend, type BuiltInSetup, builtInBackends } from '../backends/built-in-backends.js';
import type { Chosen } from '../backends/choose-backends.js';
import type { Configuration } from '../configuration.js';
import {
  givenToLogger,
  givenToTracing,
  type ObservabilityOptions,
  type ObservabilityTracingOptions,
  observabilityFields,
} from '../options.js';
import { belongsInHttp } from './check-options.js';
import { httpSettings, type ResolvedHttpOptions } from './http-settings.js';

// The groups of options that `createObservability` takes, each from code, environment and defaults.

export function effectiveHttp({ http, defaults }: ObservabilityOptions, reading: OptionReading): ResolvedHttpOptions {
  const chosen = effective('http', httpSettings, { code: http, defaults: defaults?.http }, reading);
  return httpSettings.resolve(isRefused(reading) ? {} : chosen);
}

export function effectiveTracing(
  { tracing, defaults }: ObservabilityOptions,
  reading: OptionReading,
): ObservabilityTracingOptions {
  const optionNames = without(givenToTracing, tracingSettings.optionNames);
  const settings = { ...tracingSettings, optionNames };
  return effective('tracing', settings, { code: tracing, defaults: defaults?.tracing }, reading);
}

/** @param code what is not an object, such as `true`, sets no option */
function effective(
  name: string,
  settings: PackageSettings<object, object>,
  { code, defaults }: { readonly code: unknown; readonly defaults?: object | undefined },
  reading: OptionReading,
): object {
  return effectiveOptions({ ...settings, name, code: isRecord<object>(code) ? code : undefined, defaults }, reading);
}

function without(left: readonly string[], names: readonly string[]): readonly string[] {
  return names.filter((name) => !left.includes(name));
}

export function loggerOf({ logger, defaults }: ObservabilityOptions, reading: OptionReading): Configuration['logger'] {
  const { settings } = reading;
  if (logger === false) {
    settings.set('logger', false, 'code');
    return undefined;
  }
  if (logger !== undefined && 'child' in logger) {
    settings.set('logger', 'the service’s own', 'code');
    return logger;
  }
  const names = without(givenToLogger, loggerSettings.optionNames);
  return {
    logsUncaught: true,
    ...loggerSettings.effective({ code: logger, defaults: defaults?.logger }, reading, names),
  };
}

export function effectiveOtlpLogs(
  { otlpLogs }: ObservabilityOptions,
  reading: OptionReading,
): ResolvedOtlpOptions | undefined {
  const { OTEL_LOGS_EXPORTER } = rowsOf('otlpLogs', observabilityFields.otlpLogs);
  const variable = reading.environment.read(OTEL_LOGS_EXPORTER, 'otlpLogs');
  const candidates = [
    given(otlpLogs === undefined ? undefined : otlpLogs !== false, 'code'),
    variable && { value: variable.value === 'otlp', source: variable.source },
  ];
  if (!reading.settings.pick('otlpLogs', candidates, false)) return undefined;
  const chosen = effective('otlpLogs', logSettings, { code: otlpLogs }, reading);
  return isRefused(reading) ? undefined : logSettings.resolve(chosen);
}

const logSettings = otlpSettings('logs', 'sdk', 'otlpLogs');

/** Whether what was read will throw, so that it need not be right. */
function isRefused({ problems }: OptionReading): boolean {
  return problems.length > 0;
}

export function serverChoice(http: ObservabilityOptions['http']): Configuration['opensServer'] | undefined {
  if (http === undefined) return undefined;
  return http === false ? 'never' : 'always';
}

/** Whether one of OpenTelemetry's APIs is served; `undefined` if code does not say. */
export function apiOption(
  { openTelemetryApis: given }: ObservabilityOptions,
  api: 'metrics' | 'logs',
): boolean | undefined {
  return typeof given === 'object' ? given[api] : given;
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
          ...row,
          name: optionsName,
          hint: optionsName === 'prometheus' ? belongsInHttp : undefined,
          code: options[optionsName],
          defaults: options.defaults?.[optionsName],
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

/** Default options of the service's own windows: those of the line of metrics. */
export function windowOptionsOf({ logSnapshot, defaults }: ObservabilityOptions): MetricsWindowOptions {
  const { keys, include, exclude } = { ...defaults?.logSnapshot, ...logSnapshot };
  return { keys, include, exclude };
}
