/** A copy that keeps nothing else alive: the engine makes a part of a text as a reference into the whole. */
export function ownText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
