import type { FamilySnapshot } from '@sightline/core';

const windowSeconds = 'window_seconds';

/**
 * The name that each family has in a line: its key, else its declared name. A declared name that is another metric's key
 * (or `window_seconds`) gets `_` appended until it is free, so that nothing is overwritten.
 */
export function lineNames(
  families: readonly FamilySnapshot[],
  keys: ReadonlyMap<string, string>,
): ReadonlyMap<FamilySnapshot, string> {
  const taken = new Set([windowSeconds]);
  const names = new Map<FamilySnapshot, string>();
  for (const family of families) {
    const key = keys.get(family.name);
    if (key === undefined) continue;
    taken.add(key);
    names.set(family, key);
  }
  for (const family of families) {
    if (!names.has(family) && !taken.has(family.name)) {
      taken.add(family.name);
      names.set(family, family.name);
    }
  }
  for (const family of families) {
    if (names.has(family)) continue;
    let name = family.name;
    while (taken.has(name)) name += '_';
    taken.add(name);
    names.set(family, name);
  }
  return names;
}
