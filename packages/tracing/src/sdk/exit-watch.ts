import type { Log } from '@sightline/base';
import type { SpanQueue } from './span-delivery.js';

export interface WatchedQueue {
  readonly queue: Pick<SpanQueue, 'stats'>;
  readonly log: Log;
  /** Called when the event loop runs dry; `undefined` if another component flushes then. */
  readonly drain: (() => void) | undefined;
}

/** Calls `drain` when the event loop runs dry. After `process.exit()` it can only log what is lost. */
export function watchExit(watched: WatchedQueue): { remove(): void } {
  add(all, watched, 'exit', logLosses);
  if (watched.drain !== undefined) add(draining, watched, 'beforeExit', drainAll);
  return {
    remove() {
      remove(all, watched, 'exit', logLosses);
      remove(draining, watched, 'beforeExit', drainAll);
    },
  };
}

// One listener for all queues: Node.js warns about many.
const all = new Set<WatchedQueue>();
const draining = new Set<WatchedQueue>();

function add(set: Set<WatchedQueue>, watched: WatchedQueue, event: 'exit' | 'beforeExit', listener: () => void): void {
  if (set.size === 0) process.on(event as 'exit', listener);
  set.add(watched);
}

function remove(
  set: Set<WatchedQueue>,
  watched: WatchedQueue,
  event: 'exit' | 'beforeExit',
  listener: () => void,
): void {
  if (set.delete(watched) && set.size === 0) process.off(event as 'exit', listener);
}

function drainAll(): void {
  for (const { drain } of draining) drain?.();
}

function logLosses(): void {
  for (const { queue, log } of all) {
    const { pending } = queue.stats();
    if (pending === 0) continue;
    log.warn({ pending }, `[tracing] ${pending} spans are lost: the process ended before shutdown() was done.`);
  }
}
