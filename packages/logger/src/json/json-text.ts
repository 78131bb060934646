/**
 * A text as JSON. Halves of surrogate pairs become U+FFFD, since strict readers refuse the whole line for one (RFC
 * 8259, section 8.2).
 */
export function jsonText(text: string): string {
  const json = JSON.stringify(text);
  // JSON.stringify escapes them, and nothing else that way.
  return json.includes('\\ud') ? JSON.stringify(wellFormed(text)) : json;
}

export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}
