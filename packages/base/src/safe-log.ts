import type { Log } from './log.js';

/**
 * The same log, whose methods neither throw nor reject: a logger that fails must not fail what reports to it. Packages wrap what
 * they are given once, where it enters. A log that is safe already is returned as it is.
 */
export function safeLog(log: Log): Log {
  if (safeLogs.has(log)) return log;
  const safe: Log = {
    info: (fields, message) => write(log, 'info', fields, message),
    warn: (fields, message) => write(log, 'warn', fields, message),
    error: (fields, message) => write(log, 'error', fields, message),
  };
  safeLogs.add(safe);
  return safe;
}

const safeLogs = new WeakSet<Log>();

function write(log: Log, level: keyof Log, fields: object, message: string): void {
  try {
    const result: unknown = log[level](fields, message);
    // An asynchronous method would otherwise end the process by an unhandled rejection.
    if (result instanceof Promise) result.catch(() => {});
  } catch {
    // There is nowhere left to report it.
  }
}
