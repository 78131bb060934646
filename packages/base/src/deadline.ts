import type { Clock } from './clock.js';
import { DeadlineError } from './errors.js';

/**
 * Settles as `promise` does, or rejects with a `DeadlineError` after `timeoutMs`. The timer keeps the process alive
 * until then, unless the clock is an `unrefClock`.
 * @param what subject of the error message, such as `Flushing "otel"`
 */
export function withDeadline<T>(promise: Promise<T>, timeoutMs: number, what: string, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(
      () => reject(new DeadlineError(`${what} did not finish within ${timeoutMs} ms.`)),
      timeoutMs,
    );
    promise.then(resolve, reject).finally(() => timer.cancel());
  });
}
