import { getHeapSnapshot, getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { HolderRow } from '../../model/answers.js';
import { ApiError } from '../../model/api.js';
import { heapTotals } from './heap-totals.js';

const MAX_HEAP_BYTES = 1_000_000_000;

/** What the heap consists of, without a look at the objects: costs microseconds. */
export function heapSpaces(): readonly HolderRow[] {
  const { external_memory: external } = getHeapStatistics();
  const { arrayBuffers } = process.memoryUsage();
  return [
    ...getHeapSpaceStatistics().map(({ space_name: name, space_used_size: used, space_size: size }) => ({
      name: `heap: ${name.replaceAll('_', ' ')}`,
      bytes: used,
      items: null,
      limit: size,
      detail: 'used of what is reserved',
    })),
    {
      name: 'outside the heap: buffers',
      bytes: arrayBuffers,
      items: null,
      limit: null,
      detail: 'ArrayBuffers and Buffers',
    },
    {
      name: 'outside the heap: other',
      bytes: Math.max(0, external - arrayBuffers),
      items: null,
      limit: null,
      detail: 'bound to JavaScript objects',
    },
  ].sort((a, b) => b.bytes - a.bytes);
}

/**
 * The constructors whose objects take most of the heap. The thread stands still while V8 takes its snapshot, about a second for each 100 MB,
 * and needs as much memory again. Rejects with an `ApiError` for a heap that is too large for that.
 */
export async function largestHolders(limit = 10): Promise<readonly HolderRow[]> {
  const { used_heap_size: usedBytes } = getHeapStatistics();
  if (usedBytes > MAX_HEAP_BYTES) {
    throw new ApiError(
      409,
      `The heap has ${Math.round(usedBytes / 1e6)} MB, too much to look through while the service runs. Start it with --heapsnapshot-signal=SIGUSR2 and open the file in Chrome's developer tools.`,
    );
  }
  const totals = await heapTotals(getHeapSnapshot(), limit);
  return totals.map(({ name, objects, bytes }) => ({ name, bytes, items: objects, limit: null, detail: 'own size' }));
}
