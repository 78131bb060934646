import { MessageChannel } from 'node:worker_threads';

/**
 * Waits two turns of the event loop, so that signals which have arrived reach their listeners: one whose last listener is removed
 * before is lost. The fake timers of test runners replace `setImmediate`, but not messages.
 */
export async function signalsHandled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await nextTurn(); // signals come last in a turn, after messages
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.once('message', () => {
      port1.close();
      resolve();
    });
    port2.postMessage(undefined);
  });
}
