import { MessageChannel } from 'node:worker_threads';

/** Waits one turn of the event loop, also with fake timers of a test runner: they replace `setImmediate`, but not messages. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.once('message', () => {
      port1.close();
      resolve();
    });
    port2.postMessage(undefined);
  });
}

/**
 * Waits two turns of the event loop, so that pending socket events are handled. After a suspended process resumes, timers run
 * first although answers have arrived.
 */
export async function eventsHandled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => void setImmediate(resolve));
}
