import type { Clock } from './clock.js';

/** A clock whose timers do not keep the process alive: for deadlines, which have nothing to do if nothing else has. */
export function unrefClock(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    setTimer(callback, delayMs) {
      const timer = clock.setTimer(callback, delayMs);
      timer.unref();
      return timer;
    },
  };
}
