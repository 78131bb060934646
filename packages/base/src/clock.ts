/** The time that the library uses. Tests pass their own. */
export interface Clock {
  /** Unix time in milliseconds. May jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Calls `callback` once after `delayMs`. The timer keeps the process alive unless `unref` was called. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

export interface Timer {
  cancel(): void;
  ref(): void;
  unref(): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(callback, delayMs) {
    const handle = setTimeout(callback, delayMs);
    return {
      cancel: () => clearTimeout(handle),
      ref: () => handle.ref?.(),
      unref: () => handle.unref?.(),
    };
  },
};

// The globals that core uses. It is compiled without the types of Node.js and browsers.
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, delayMs: number): TimeoutHandle;
declare function clearTimeout(handle: TimeoutHandle): void;
interface TimeoutHandle {
  ref?(): void;
  unref?(): void;
}
