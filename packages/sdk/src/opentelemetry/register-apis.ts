import { metrics } from '@opentelemetry/api';
import type { ApiProviders } from './connect-instrumentations.js';
import { registeredLogs, registerLogs, unregisterLogs } from './logs-api.js';

/** The result of registering in this process. `undo` takes back what is still registered. */
export interface ApiRegistration {
  /** For `explain()`, a sentence each. */
  readonly state: readonly string[];
  undo(): void;
}

/** A provider of ours, which can pass on what it has handed out. */
interface Provider {
  handOver?(successor: unknown): void;
}

/**
 * Registers the providers for the process. What is registered stays: instrumentations then record there. Instruments and loggers of
 * providers of ours that were registered before record in these.
 */
export function registerApis({ meterProvider, loggerProvider }: ApiProviders): ApiRegistration {
  const state: string[] = [];
  const isMetricsOurs = meterProvider !== undefined && registeredMetrics() === undefined;
  if (isMetricsOurs) {
    metrics.setGlobalMeterProvider(meterProvider as never);
    succeed('metrics', meterProvider);
  }
  const isLogsOurs = loggerProvider !== undefined && registeredLogs() === undefined;
  if (isLogsOurs) {
    registerLogs(loggerProvider as never);
    succeed('logs', loggerProvider);
  }
  // A second observability in one process is no error.
  const isForeign = (api: ApiName, registered: unknown): boolean => registered !== marks()[api];
  if (meterProvider !== undefined && !isMetricsOurs && isForeign('metrics', registeredMetrics()))
    state.push('OpenTelemetry metrics: another MeterProvider is registered, and takes what instrumentations measure');
  if (loggerProvider !== undefined && !isLogsOurs && isForeign('logs', registeredLogs()))
    state.push('OpenTelemetry logs: another LoggerProvider is registered, and takes what instrumentations log');
  if (isMetricsOurs) state.push('OpenTelemetry metrics: arrive here');
  if (isLogsOurs) state.push('OpenTelemetry logs: arrive here');
  return {
    state,
    undo() {
      // Other code may have registered its own since.
      if (isMetricsOurs && registeredMetrics() === meterProvider) metrics.disable();
      if (isLogsOurs && registeredLogs() === loggerProvider) unregisterLogs();
    },
  };
}

/** Providers of ours that were registered last, by any copy of this package. */
export function providersBefore(): ApiProviders {
  const { metrics: meterProvider, logs: loggerProvider } = marks();
  return { meterProvider, loggerProvider };
}

type ApiName = 'metrics' | 'logs';
type Marks = { [K in ApiName]?: Provider };

const marksKey: symbol = Symbol.for('sightline.sdk.opentelemetry-apis.v1');

function marks(): Marks {
  const known = Reflect.get(globalThis, marksKey) as Marks | undefined;
  if (known !== undefined) return known;
  const made: Marks = {};
  Reflect.set(globalThis, marksKey, made);
  return made;
}

/** Modules keep their meters and loggers for ever: those of the provider before would feed one that has been shut down. */
function succeed(api: ApiName, provider: Provider): void {
  marks()[api]?.handOver?.(provider);
  marks()[api] = provider;
}

/** What is registered with the API (`@opentelemetry/api`, internal/global-utils). */
function registeredMetrics(): unknown {
  const shared: unknown = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'));
  return (shared as Readonly<Record<string, unknown>> | undefined)?.['metrics'];
}
