import { consoleLog, type Log, systemClock } from '@sightline/base';
import type { Metrics } from '@sightline/core';
import { createLogger, type Logger, type LogSink } from '@sightline/logger';
import type { Logger as PinoLogger } from 'pino';
import type { Component } from '../components.js';
import type { Configuration } from '../configuration.js';
import { joinedSinks } from './joined-sinks.js';
import { type OtlpLogSink, otlpLogSink } from './otlp-log-sink.js';

export interface StartedLogger {
  readonly logger: Logger;
  loggerFor(name: string): Logger;
  /** Where Sightline itself reports unless the service chose otherwise; `undefined` if no lines are written. */
  readonly own: Log | undefined;
  /** What sends lines over OTLP, if something does. */
  readonly otlp: OtlpLogSink | undefined;
  readonly component: Component;
}

/** The logger that the configuration describes. Started after the metrics, which count its lines. */
export function startLogger(
  configuration: Configuration,
  metrics: Metrics,
  { env, sinks }: { readonly env: object; readonly sinks: readonly LogSink[] },
): StartedLogger {
  const { logger: given, otlpLogs, service, isDisabled } = configuration;
  if (given !== undefined && 'child' in given) return ofService(given);
  const sink: OtlpLogSink | undefined =
    otlpLogs &&
    otlpLogSink({
      transport: otlpLogs,
      service,
      clock: systemClock,
      log: consoleLog,
      metrics: isDisabled ? undefined : metrics,
    });
  const { name, version, environment } = service;
  const logger = createLogger({
    ...(name === 'unknown_service:node' ? {} : { name }),
    ...(given ?? { level: 'silent' }),
    service: { name, version, environment },
    metrics: isDisabled || given === undefined ? undefined : metrics,
    sink: joinedSinks(sink === undefined ? sinks : [sink, ...sinks]),
    // Its own variables were read with all others.
    env: { NODE_ENV: Reflect.get(env, 'NODE_ENV') as string | undefined },
  });
  return {
    logger,
    loggerFor: (each) => logger.loggerFor(each),
    own: given === undefined ? undefined : logger.loggerFor('sightline'),
    otlp: sink,
    component: {
      name: 'logs',
      flush: () => logger.flush(),
      async shutdown(deadline) {
        // Ended first, so that shutting down the logger has nothing to wait for.
        await sink?.shutdown(deadline);
        await logger.shutdown();
      },
    },
  };
}

/** A logger that the service made itself: its destination, levels and end are the service's affair. */
function ofService(given: PinoLogger): StartedLogger {
  const byName = new Map<string, PinoLogger>();
  const loggerFor = (name: string): Logger => {
    const known = byName.get(name) ?? given.child({ name });
    // Names are few, unless they are made of data.
    if (byName.size < MAX_NAMED_LOGGERS) byName.set(name, known);
    return known as Logger;
  };
  const flush = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (typeof given.flush !== 'function') return resolve();
      given.flush((error) => (error === undefined || error === null ? resolve() : reject(error)));
    });
  return {
    logger: given as Logger,
    loggerFor,
    own: given,
    otlp: undefined,
    component: { name: 'logs', flush, shutdown: flush },
  };
}

const MAX_NAMED_LOGGERS = 1000;
