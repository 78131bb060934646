/** A name of at most `maxLength` characters: what names differ in is mostly at their beginning or end. */
export function cutMiddle(name: string, maxLength: number): string {
  if (name.length <= maxLength) return name;
  const kept = Math.max(2, maxLength - 1);
  return `${name.slice(0, Math.ceil(kept / 2))}…${name.slice(-Math.floor(kept / 2))}`;
}
