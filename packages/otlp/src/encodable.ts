/**
 * The items that can be encoded: one that cannot must not cost the others of its batch. Few encodings where few are wrong,
 * because halves are tried first.
 */
export async function encodable<Item>(
  batch: readonly Item[],
  encode: (items: readonly Item[]) => unknown,
): Promise<readonly Item[]> {
  if (batch.length <= 1) return [];
  const good: Item[] = [];
  for (const half of halvesOf(batch)) {
    try {
      await encode(half);
      good.push(...half);
    } catch {
      good.push(...(await encodable(half, encode)));
    }
  }
  return good;
}

export function halvesOf<Item>(batch: readonly Item[]): ReadonlyArray<readonly Item[]> {
  const half = Math.ceil(batch.length / 2);
  return [batch.slice(0, half), batch.slice(half)];
}
