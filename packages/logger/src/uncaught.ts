import type { Logger } from './logger.js';

/**
 * Logs an uncaught exception, or an unhandled rejection that ends the process, as one critical line. The monitor changes nothing: what
 * Node.js writes, the exit code and the service's own listeners stay as they are. Written at once, since nothing asynchronous runs any more.
 * @returns what ends it
 */
export function logUncaught(logger: Logger): () => void {
  const listener = (error: unknown, origin: string): void => {
    logger.critical(
      { err: error, origin },
      origin === 'unhandledRejection' ? 'Unhandled rejection' : 'Uncaught exception',
    );
  };
  process.on('uncaughtExceptionMonitor', listener);
  return () => void process.off('uncaughtExceptionMonitor', listener);
}
