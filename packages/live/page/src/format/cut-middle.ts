/** A name of at most `maxLength` characters: what names differ in is mostly at their beginning or end. */
export function cutMiddle(name: string, maxLength: number): string {
  if (name.length <= maxLength) return name;
  const characters = [...shown.segment(name)].map(({ segment }) => segment);
  if (characters.length <= maxLength) return name;
  const kept = Math.max(2, maxLength - 1);
  return `${characters.slice(0, Math.ceil(kept / 2)).join('')}…${characters.slice(-Math.floor(kept / 2)).join('')}`;
}

/** A flag or a letter with its accents is one character to its reader, and some to JavaScript. */
const shown = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
