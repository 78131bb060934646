import { setImmediate } from 'node:timers/promises';

/**
 * Makes chunks on demand and yields to the event loop after about 3 ms of work, so that a large exposition does not block the
 * service.
 */
export async function* slicedChunks(
  chunks: Iterable<Buffer>,
  monotonicMs: () => number,
  sliceMs = 3,
): AsyncGenerator<Buffer, void, void> {
  await setImmediate(); // copying the numbers was the first slice
  let sliceStartMs = monotonicMs();
  for (const chunk of chunks) {
    yield chunk;
    if (monotonicMs() - sliceStartMs < sliceMs) continue;
    await setImmediate();
    sliceStartMs = monotonicMs();
  }
}
