import type { Clock } from '@sightline/base';

/** The result of `work`, which never rejects, or `undefined` after `timeoutMs`. Its timer ends with the work. */
export function within<T>(work: Promise<T>, timeoutMs: number, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(() => resolve(undefined), timeoutMs);
    void work.then((result) => {
      timer.cancel();
      resolve(result);
    });
  });
}
