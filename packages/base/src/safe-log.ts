import type { Log } from './log.js';
import { isThenable } from './value-kinds.js';

/**
 * Wraps a log so that its methods neither throw nor reject. Each package wraps a given log once, where it enters the package. A
 * log that is already safe is returned unchanged.
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
    // An unhandled rejection of an asynchronous method would end the process. Its promise may be of another realm or library.
    if (isThenable(result)) result.then(undefined, () => {});
  } catch {
    // It cannot be reported anywhere.
  }
}
