import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Bytes of the heap and of buffers that are held. One collection of garbage does not tell: a buffer becomes free one collection
 * after its owner, and what is just on its way is held as well. So it collects until nothing more becomes free.
 */
export async function heldBytes(): Promise<number> {
  let least = measured();
  for (let round = 0, unchanged = 0; round < MAX_ROUNDS && unchanged < 3; round++) {
    await wait(PAUSE_MS); // finalizers, callbacks of sockets, and the thread that frees buffers
    const bytes = measured();
    unchanged = bytes < least - NOTEWORTHY_BYTES ? 0 : unchanged + 1;
    least = Math.min(least, bytes);
  }
  return least;
}

function measured(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage(); // `external` contains `arrayBuffers`
  return heapUsed + external;
}

const PAUSE_MS = 10;
/** A process that goes on working never comes to rest. */
const MAX_ROUNDS = 30;
const NOTEWORTHY_BYTES = 20_000;
