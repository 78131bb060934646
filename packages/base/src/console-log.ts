import type { Log } from './log.js';

/** Reports to the console, one line each. */
export const consoleLog: Log = {
  info: (_fields, message) => console.info(message),
  warn: (_fields, message) => console.warn(message),
  error: (_fields, message) => console.error(message),
};

// Compiled without Node's and the browser's types.
declare const console: Record<'info' | 'warn' | 'error', (message: string) => void>;
