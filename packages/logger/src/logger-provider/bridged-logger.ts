import { type Context, context as otelContext } from '@opentelemetry/api';
import type { Logger as PinoLogger } from 'pino';
import type { Logger } from '../logger.js';
import { type Internals, levelValueSymbol, scopeSymbol } from '../pino-internals.js';
import { writeRecord } from '../pino-logger.js';
import { lines } from '../write-line.js';
import { type EmittedRecord, levelOf, recordArguments, timeOf } from './emitted-record.js';

/** A logger of OpenTelemetry's logs API. */
export interface BridgedLogger {
  emit(record: EmittedRecord): void;
  /** Whether a record of this severity would be written. */
  enabled(options?: {
    readonly severityNumber?: number;
    readonly context?: Context;
    readonly eventName?: string;
  }): boolean;
}

/** @param target the logger to write to; `undefined` after the end */
export function bridgedLogger(scopeName: string, target: () => PinoLogger | undefined): BridgedLogger {
  const isSentOnly = loggingLibraries.test(scopeName);
  let madeOf: PinoLogger | undefined;
  let named: PinoLogger | undefined;

  /** The logger of this scope's name. */
  const current = (): PinoLogger | undefined => {
    const logger = target();
    if (logger !== madeOf) {
      madeOf = logger;
      named = logger && namedAfter(scopeName, logger);
    }
    return named;
  };
  const admits = (logger: PinoLogger, level: number): boolean => {
    const own = ownOf(logger);
    if (own === undefined) return !isSentOnly && logger.isLevelEnabled(levelName(level));
    if (isSentOnly && own[scopeSymbol].family.sink === undefined) return false;
    return level >= (own[levelValueSymbol] as number);
  };

  return {
    emit(record) {
      // A line of our own that an instrumentation of pino sends back.
      if (lines.beingWritten > 0 || typeof record !== 'object' || record === null) return;
      try {
        const level = levelOf(record.severityNumber);
        const logger = current();
        if (logger === undefined || !admits(logger, level)) return;
        const args = recordArguments(record);
        const own = ownOf(logger);
        within(record.context, () => {
          if (own !== undefined) writeRecord(own, { level, args, timeMs: timeOf(record.timestamp), isSentOnly });
          else
            logger[levelName(level)](
              { ...args.fields, ...(args.error === undefined ? {} : { err: args.error }) },
              args.message,
            );
        });
      } catch {
        // A record that cannot be read must not harm who made it.
      }
    },
    enabled(options) {
      try {
        const logger = current();
        return lines.beingWritten === 0 && logger !== undefined && admits(logger, levelOf(options?.severityNumber));
      } catch {
        return false;
      }
    },
  };
}

/** They have destinations of their own. */
const loggingLibraries =
  /^@opentelemetry\/(?:instrumentation-(?:pino|winston|bunyan|log4js)|winston-transport|bunyan-stream)$/;

function namedAfter(name: string, logger: PinoLogger): PinoLogger {
  if (name === '') return logger;
  return 'loggerFor' in logger ? (logger as Logger).loggerFor(name) : logger.child({ name });
}

/** The members of a logger of ours; `undefined` for any other. */
function ownOf(logger: PinoLogger): Internals | undefined {
  const internals = logger as unknown as Internals;
  return internals[scopeSymbol] === undefined ? undefined : internals;
}

function levelName(level: number): 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' {
  if (level >= 60) return 'fatal';
  if (level >= 50) return 'error';
  if (level >= 40) return 'warn';
  if (level >= 30) return 'info';
  return level >= 20 ? 'debug' : 'trace';
}

function within(given: Context | undefined, write: () => void): void {
  if (given === undefined || given === null) write();
  else otelContext.with(given, write);
}
