import type { Log } from './log.js';

/** Logs to the console, one line each. */
export const consoleLog: Log = {
  info: (_fields, message) => console.info(message),
  warn: (_fields, message) => console.warn(message),
  error: (_fields, message) => console.error(message),
};

// Compiled without the types of Node.js and browsers.
declare const console: Record<'info' | 'warn' | 'error', (message: string) => void>;
