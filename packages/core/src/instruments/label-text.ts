import { valueText } from '@sightline/base';

/**
 * Maximum characters of one label value. A longer one is an error or an attack, and would fill expositions and memory. The
 * conformance kit requires 1000 of every backend.
 */
export const MAX_LABEL_LENGTH = 8192;

/** Which label is too long, for messages. */
export function tooLong(label: string, text: string): string {
  return `label "${label}" with ${valueText(text)} of ${text.length} characters. Label values have at most ${MAX_LABEL_LENGTH}.`;
}

/** A label value as a string; `undefined` for a value that is not allowed. */
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
 * The string with every lone surrogate replaced by U+FFFD, as UTF-8 encoding does. This happens before series are compared:
 * two series that the wire writes alike would make a scrape invalid.
 */
export function wellFormed(text: string): string {
  return (text as string & WellFormable).toWellFormed();
}

/** Every supported runtime has it, but not yet the types of ES2023. */
interface WellFormable {
  toWellFormed(): string;
}
