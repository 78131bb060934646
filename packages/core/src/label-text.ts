/** A label value as text; `undefined` for what no label may be. */
export function labelText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return undefined;
  }
}

/**
 * The text with every lone surrogate replaced by U+FFFD, as UTF-8 encoding would: done before series are told apart,
 * because two that the wire writes alike would make a scrape invalid.
 */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
