import type { Bindings, ChildLoggerOptions, LogFn, Logger as PinoLogger } from 'pino';

/** A pino logger, with the library's names of levels and what belongs to all loggers that stem from one `createLogger`. */
export interface Logger extends PinoLogger {
  /** pino's `warn`. */
  warning: LogFn;
  /** pino's `fatal`. */
  critical: LogFn;
  /** A logger that writes `fields` on every line, too; `name` among them is its name, and its level that of the name. */
  child(fields: Bindings, options?: ChildLoggerOptions<never>): Logger;
  child<Levels extends string>(fields: Bindings, options: ChildLoggerOptions<Levels>): Logger & PinoLogger<Levels>;
  /** The logger of this name, the same for the same name; its level comes from `levels`. */
  loggerFor(name: string): Logger;
  /**
   * Gives the loggers of `name` and of all dotted names below another level while the service runs; `''` means all. Beats every other
   * level, until `resetLevel`, or for `forMs` milliseconds. Throws for what is no level.
   */
  setLevel(name: string, level: string, options?: { forMs?: number | undefined }): void;
  /** Takes `setLevel` back. */
  resetLevel(name: string): void;
  /**
   * Resolves when everything written before has reached the destination and the sink; rejects if some of it did not. As pino's it may be
   * called without waiting, or with a callback, which then gets the error.
   */
  flush(callback?: (error?: Error) => void): Promise<void>;
  /**
   * Writes what is held back, flushes, closes files and stops timers; rejects as `flush()` does, when all that is
   * done. What is logged later is still written, one by one.
   */
  shutdown(): Promise<void>;
}
