/** What happens at the end, in this order: what is held back becomes lines, buffers are written, files are released. */
const phases = ['say', 'write', 'release'] as const;
export type ExitPhase = (typeof phases)[number];

/**
 * Calls `act` when the process ends, but for signals: one listener for all loggers, buffers and files of the process, whichever copy
 * of this package they are of, since Node.js warns of many.
 * @returns the function that takes it out; with the last one the listener goes
 */
export function atExit(phase: ExitPhase, act: () => void): () => void {
  const { acts } = shared();
  if (size(acts) === 0) process.on('exit', shared().listener);
  acts[phase].add(act);
  return () => {
    if (acts[phase].delete(act) && size(acts) === 0) process.off('exit', shared().listener);
  };
}

type Acts = Readonly<Record<ExitPhase, Set<() => void>>>;

interface SharedExit {
  readonly acts: Acts;
  readonly listener: () => void;
}

// The number goes up when the interface above changes.
const sharedKey = Symbol.for('sightline.logger.exit.v1');

function shared(): SharedExit {
  const known = Reflect.get(globalThis, sharedKey) as SharedExit | undefined;
  if (known !== undefined) return known;
  const acts: Acts = { say: new Set(), write: new Set(), release: new Set() };
  const listener = (): void => {
    for (const phase of phases) for (const act of acts[phase]) attempt(act);
  };
  const made: SharedExit = { acts, listener };
  Object.defineProperty(globalThis, sharedKey, { value: made });
  return made;
}

function size(acts: Acts): number {
  return phases.reduce((sum, phase) => sum + acts[phase].size, 0);
}

/** The others have their turn whatever happens, and the exit code is the service's. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // Nothing is left to report it to.
  }
}
