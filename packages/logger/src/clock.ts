import type { Clock } from '@sightline/base';

/** The machine's clock. Core has the same one, but the logger takes only types from there. */
export const machineClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(callback, delayMs) {
    const handle = setTimeout(callback, delayMs);
    return {
      cancel: () => clearTimeout(handle),
      ref: () => void handle.ref(),
      unref: () => void handle.unref(),
    };
  },
};
