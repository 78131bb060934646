import type { Destination } from './destination.js';

/** Gives each line to all of them, whatever happens to one. */
export function severalDestinations(all: readonly Destination[]): Destination {
  return {
    write(line) {
      for (const each of all) {
        try {
          each.write(line);
        } catch {
          // The others still get theirs; our own destinations count what they lose.
        }
      }
    },
    flush(callback) {
      Promise.all(all.map(flushed)).then(
        () => callback?.(),
        (error: unknown) => callback?.(error instanceof Error ? error : new Error(String(error))),
      );
    },
    flushSync() {
      for (const each of all) each.flushSync?.();
    },
    async shutdown() {
      await Promise.all(all.map((each) => each.shutdown?.()));
    },
  };
}

/** `flush` as a promise. A destination without it has nothing to wait for. */
export function flushed(destination: Pick<Destination, 'flush'>): Promise<void> {
  return new Promise((resolve, reject) => {
    if (typeof destination.flush !== 'function') return resolve();
    destination.flush((error) => (error ? reject(error) : resolve()));
  });
}
