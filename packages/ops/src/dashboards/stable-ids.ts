/** 32 bits of FNV-1a over the UTF-8 bytes: the same for the same text, in every process and version. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * A number for each name, which depends on the names alone and not on their order: links to a panel survive new panels beside it. Two
 * names with the same hash, which are rare, are told apart in the order of the names. Throws if a name is there twice.
 */
export function stableIds(names: readonly string[], hashOf: (name: string) => number = hash32): Map<string, number> {
  const ids = new Map<string, number>();
  const used = new Set<number>();
  for (const name of names.toSorted()) {
    if (ids.has(name)) throw new Error(`[ops] Two panels have the name "${name}". Give them different titles.`);
    // Grafana's ids are positive and were 32 bits wide for long.
    let id = hashOf(name) & 0x7fffffff || 1;
    while (used.has(id)) id = (id % 0x7fffffff) + 1;
    used.add(id);
    ids.set(name, id);
  }
  return ids;
}
