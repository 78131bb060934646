import type { Logger as PinoLogger } from 'pino';
import { type BridgedLogger, bridgedLogger } from './bridged-logger.js';

/** OpenTelemetry's LoggerProvider over a logger of ours (`@opentelemetry/api-logs`, which is not needed at run time). */
export interface BridgedLoggerProvider {
  /** The logger that its records become lines of, for the provider that comes after it. */
  readonly logger: PinoLogger;
  getLogger(name: string, version?: string, options?: object): BridgedLogger;
  /**
   * Lets every logger that this provider has made write to the logger of its successor: modules keep their loggers for ever. Does
   * nothing if the successor is not of this kind.
   */
  handOver(successor: unknown): void;
  /** As `logger.flush()`. */
  forceFlush(): Promise<void>;
  /** Writes nothing any more, unless it hands over. The logger goes on. */
  shutdown(): Promise<void>;
}

/**
 * What is recorded through OpenTelemetry's logs API becomes lines of `logger`: under the scope's name, with its levels, its layout, its
 * redaction, its limits and its sink (OpenTelemetry, "Logs API"). No call throws.
 *
 * Records that instrumentations make of the lines of another logger (pino, winston, bunyan) go to the sink only, such as a
 * collector: that logger has written them already. Lines of `logger` itself that come back in this way are ignored.
 *
 * @param logger of `createLogger`, or any pino logger, which has no sink
 */
export function loggerProvider(logger: PinoLogger): BridgedLoggerProvider {
  const target: { logger: PinoLogger | undefined } = { logger };
  const loggers = new Map<string, BridgedLogger>();
  return {
    logger,
    getLogger(name) {
      const key = String(name);
      let bridged = loggers.get(key);
      if (bridged === undefined) {
        bridged = bridgedLogger(key, () => target.logger);
        // Few, unless names are made of data.
        if (loggers.size < MAX_LOGGERS) loggers.set(key, bridged);
      }
      return bridged;
    },
    handOver(successor) {
      const next = (successor as Partial<BridgedLoggerProvider> | undefined)?.logger;
      if (next !== undefined) target.logger = next;
    },
    forceFlush: async () => {
      await (target.logger as { flush?: () => unknown } | undefined)?.flush?.();
    },
    async shutdown() {
      target.logger = undefined;
    },
  };
}

const MAX_LOGGERS = 1000;
