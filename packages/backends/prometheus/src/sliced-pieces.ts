import { setImmediate } from 'node:timers/promises';

/**
 * Makes pieces as they are asked for, and gives the event loop a turn after about 3 ms of work since the last one, so that
 * a large page delays nothing else for long.
 */
export async function* slicedPieces(
  pieces: Iterable<Buffer>,
  monotonicMs: () => number,
  sliceMs = 3,
): AsyncGenerator<Buffer, void, void> {
  await setImmediate(); // copying the numbers was a slice of its own
  let sliceStartMs = monotonicMs();
  for (const piece of pieces) {
    yield piece;
    if (monotonicMs() - sliceStartMs < sliceMs) continue;
    await setImmediate();
    sliceStartMs = monotonicMs();
  }
}
