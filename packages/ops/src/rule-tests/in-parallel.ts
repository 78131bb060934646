import { availableParallelism } from 'node:os';

/** Works on some items at a time: as many as there are processors, four at most. Rejects with the first error. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const left = items.entries();
  // Each takes the next when it is done with one.
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
}
