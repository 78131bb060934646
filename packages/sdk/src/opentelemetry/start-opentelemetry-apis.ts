import { type CollectorMeterProvider, meterProvider } from '@sightline/backend-otel/meter-provider';
import type { Metrics } from '@sightline/core';
import { type BridgedLoggerProvider, loggerProvider } from '@sightline/logger/logger-provider';
import { flatInstrumentations } from '@sightline/tracing/sdk';
import type { Logger as PinoLogger } from 'pino';
import type { Configuration } from '../configuration.js';
import { connectInstrumentations } from './connect-instrumentations.js';
import { type ApiRegistration, registerApis } from './register-apis.js';

/** OpenTelemetry's metrics and logs APIs over the collector and the logger. */
export interface OpenTelemetryApis {
  readonly meterProvider: CollectorMeterProvider | undefined;
  readonly loggerProvider: BridgedLoggerProvider | undefined;
  /** For `explain()`, a sentence each. */
  readonly state: readonly string[];
  /** What could not be connected, a sentence each. */
  readonly problems: readonly string[];
  /** Takes back what is still registered. What was handed out records nothing any more, until another observability takes it over. */
  shutdown(): void;
}

/**
 * Makes what instrumentations record through these APIs arrive: registers both for the process unless something is registered or
 * tracing is not global, and gives them to the instrumentations of `tracing.instrumentations`. Nothing is made before it is used.
 */
export function startOpenTelemetryApis(
  { openTelemetryApis, tracing, isDisabled, logger: lines }: Configuration,
  metrics: Metrics,
  logger: PinoLogger,
): OpenTelemetryApis {
  const meters = openTelemetryApis.metrics && !isDisabled ? meterProvider(metrics) : undefined;
  const loggers = openTelemetryApis.logs && !isDisabled && lines !== undefined ? loggerProvider(logger) : undefined;
  const isGlobal = tracing !== undefined && tracing.isGlobal !== false;
  const providers = { meterProvider: meters, loggerProvider: loggers };
  const registration: ApiRegistration = isGlobal ? registerApis(providers) : unregistered;
  const problems = connectInstrumentations(flatInstrumentations(tracing?.instrumentations ?? []), providers);
  return {
    ...providers,
    state: registration.state,
    problems,
    shutdown() {
      registration.undo();
      void meters?.shutdown();
      void loggers?.shutdown();
    },
  };
}

const unregistered: ApiRegistration = { state: [], undo() {} };
