/** The characters that need no escape at one place of a line. `-` is always one of them. */
export interface CharacterSet {
  /** Matches a string of such characters only. */
  readonly all: RegExp;
}

/**
 * Escapes a string for a line: any other character becomes `--` and two hex digits for each of its UTF-8 bytes (`a|b` is `a--7Cb`);
 * the empty string becomes `--`. A `-` before another `-` or before an escaped character is escaped too, so that different strings
 * stay different. Receivers keep these characters: etsy's statsd drops `%`, Datadog keeps `-`.
 */
export function escapedText(text: string, carried: CharacterSet): string {
  if (text === '') return '--';
  if (carried.all.test(text) && !text.includes('--')) return text;
  const characters = [...text];
  return characters
    .map((character, i) => {
      const next = characters[i + 1];
      const isEscaped = character === '-' && next !== undefined ? next === '-' || !carried.all.test(next) : false;
      return isEscaped || !carried.all.test(character) ? escapedCharacter(character) : character;
    })
    .join('');
}

/** `--` and two hex digits for each UTF-8 byte. */
export function escapedCharacter(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `--${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
