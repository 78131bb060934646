import type { LiveMessage } from '../../../../src/model/message.js';

/** How many messages led to each of a chain, one from the other. Circles of causes end where they close. */
export function chainLevels(chain: ReadonlyArray<Pick<LiveMessage, 'messageId' | 'causationId'>>): readonly number[] {
  const places = new Map<string, number>();
  chain.forEach(({ messageId }, index) => {
    if (messageId !== null && !places.has(messageId)) places.set(messageId, index);
  });
  return chain.map((_, start) => {
    const passed = new Set([start]);
    for (let at: number | undefined = start; at !== undefined; ) {
      const cause: string | null = chain[at]?.causationId ?? null;
      const next: number | undefined = cause === null ? undefined : places.get(cause);
      if (next === undefined || passed.has(next)) break;
      passed.add(next);
      at = next;
    }
    return passed.size - 1;
  });
}
