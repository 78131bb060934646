import type { FamilySnapshot } from '@sightline/core/backend';

/**
 * The name of each family in a line: its key, else its declared name. A declared name that is taken, by another metric's key or by
 * `reserved`, gets `_` appended until it is free.
 * @param reserved the name of the window's length
 * @param namesOf all names that a family writes. Default: only its name
 */
export function lineNames(
  families: readonly FamilySnapshot[],
  keys: ReadonlyMap<string, string>,
  reserved: string,
  namesOf: (family: FamilySnapshot, name: string) => readonly string[] = (_, name) => [name],
): ReadonlyMap<FamilySnapshot, string> {
  const taken = new Set([reserved]);
  const isFree = (family: FamilySnapshot, name: string): boolean =>
    namesOf(family, name).every((each) => !taken.has(each));
  const take = (family: FamilySnapshot, name: string): void => {
    for (const each of namesOf(family, name)) taken.add(each);
    names.set(family, name);
  };
  const names = new Map<FamilySnapshot, string>();
  for (const family of families) {
    const key = keys.get(family.name);
    if (key !== undefined && isFree(family, key)) take(family, key);
  }
  for (const family of families) {
    if (!names.has(family) && !keys.has(family.name) && isFree(family, family.name)) take(family, family.name);
  }
  for (const family of families) {
    if (names.has(family)) continue;
    let name = keys.get(family.name) ?? family.name;
    while (!isFree(family, name)) name += '_';
    take(family, name);
  }
  return names;
}
