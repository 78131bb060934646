/**
 * The items of a batch that could not be encoded which can be each: one that cannot must not cost the others. Few encodings
 * where few are wrong, because halves are tried first.
 */
export async function encodable<Item>(
  batch: readonly Item[],
  encode: (items: readonly Item[]) => unknown,
): Promise<readonly Item[]> {
  if (batch.length <= 1) return [];
  const parts: Array<readonly Item[]> = [];
  for (const half of halvesOf(batch)) {
    try {
      await encode(half);
      parts.push(half);
    } catch {
      parts.push(await encodable(half, encode));
    }
  }
  return parts.flat();
}

export function halvesOf<Item>(batch: readonly Item[]): ReadonlyArray<readonly Item[]> {
  const half = Math.ceil(batch.length / 2);
  return [batch.slice(0, half), batch.slice(half)];
}
