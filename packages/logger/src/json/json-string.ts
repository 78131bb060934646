/** A string as JSON, well-formed. */
export function jsonString(text: string): string {
  const json = JSON.stringify(text);
  // JSON.stringify escapes halves of surrogate pairs, and nothing else that way.
  return json.includes('\\ud') ? JSON.stringify(wellFormed(text)) : json;
}

/** Halves of surrogate pairs become U+FFFD, since strict readers refuse the whole line for one (RFC 8259, section 8.2). */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** A copy that keeps nothing else alive: the engine makes a part of a string as a reference into the whole. */
export function ownString(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
