/**
 * Characters of one label value. A longer one is a mistake or an attack: a value that grows with its input would fill pages and memory.
 * It is above what the conformance kit asks of every backend (1000).
 */
export const MAX_LABEL_LENGTH = 8192;

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
