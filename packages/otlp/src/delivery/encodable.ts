/**
 * The items that can be encoded, of a batch that cannot: a wrong item must not cost the others. It tries halves first, so that few
 * wrong items need few encodings.
 */
export async function encodable<Item>(
  batch: readonly Item[],
  encode: (items: readonly Item[]) => unknown,
): Promise<readonly Item[]> {
  if (batch.length <= 1) return [];
  const good: Array<readonly Item[]> = [];
  for (const half of halvesOf(batch)) {
    try {
      await encode(half);
      good.push(half);
    } catch {
      good.push(await encodable(half, encode));
    }
  }
  return good.flat();
}

export function halvesOf<Item>(batch: readonly Item[]): ReadonlyArray<readonly Item[]> {
  const half = Math.ceil(batch.length / 2);
  return [batch.slice(0, half), batch.slice(half)];
}
