/** Throws if an option has a member of another name: a misspelt one would silently do nothing. */
export function checkMembers(option: string, given: unknown, members: readonly string[]): void {
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null) {
    throw new Error(`[logger] ${option} is ${String(given)}. Give { ${members.join(', ')} }.`);
  }
  const wrong = Object.keys(given).find((member) => !members.includes(member));
  if (wrong !== undefined) throw new Error(`[logger] ${option} has no "${wrong}". Give ${members.join(', ')}.`);
}
