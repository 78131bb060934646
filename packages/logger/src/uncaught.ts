import type { Logger } from './logger.js';

/**
 * Logs an uncaught exception, or an unhandled rejection that ends the process, as one critical line. The monitor changes nothing: what
 * Node.js writes, the exit code and the service's own listeners stay as they are. Written at once, since nothing asynchronous runs any more.
 * One listener for all loggers of the process, since Node.js warns of many.
 * @returns what ends it
 */
export function logUncaught(logger: Logger): () => void {
  const act: Act = (error, origin) => {
    logger.critical(
      { err: error, origin },
      origin === 'unhandledRejection' ? 'Unhandled rejection' : 'Uncaught exception',
    );
  };
  const { acts, listener } = shared();
  if (acts.size === 0) process.on('uncaughtExceptionMonitor', listener);
  acts.add(act);
  return () => {
    if (acts.delete(act) && acts.size === 0) process.off('uncaughtExceptionMonitor', listener);
  };
}

type Act = (error: unknown, origin: string) => void;

interface SharedMonitor {
  readonly acts: Set<Act>;
  readonly listener: Act;
}

// The number goes up when the interface above changes.
const sharedKey = Symbol.for('sightline.logger.uncaught.v1');

function shared(): SharedMonitor {
  const known = Reflect.get(globalThis, sharedKey) as SharedMonitor | undefined;
  if (known !== undefined) return known;
  const acts = new Set<Act>();
  const listener: Act = (error, origin) => {
    for (const act of acts) attempt(() => act(error, origin));
  };
  const made: SharedMonitor = { acts, listener };
  Object.defineProperty(globalThis, sharedKey, { value: made });
  return made;
}

/** What a monitor throws would take the place of the error that ends the process. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // The others have their turn.
  }
}
