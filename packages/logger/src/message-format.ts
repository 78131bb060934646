import { isError, messageOf, typeOf } from './json/error-json.js';
import type { ValueWriter } from './json/value-writer.js';

/**
 * Fills `%s`, `%d`, `%i`, `%f`, `%o`, `%O`, `%j` and `%%` in, as pino does, but never throws, and shows no secrets of objects.
 * @returns the text and what no placeholder took
 */
export function formatMessage(
  template: unknown,
  args: readonly unknown[],
  writer: () => ValueWriter,
): { text: string; rest: readonly unknown[] } {
  const text = typeof template === 'string' ? template : asText(template, writer);
  if (args.length === 0 || typeof template !== 'string' || !text.includes('%')) return { text, rest: args };
  let used = 0;
  const filled = text.replaceAll(/%([sdifoOjc%])/g, (placeholder, kind: string) => {
    if (kind === '%') return '%';
    if (used >= args.length) return placeholder;
    const value = args[used++];
    // No number at all is not 0.
    const isMissing = (value === null || value === undefined) && (kind === 'd' || kind === 'i' || kind === 'f');
    return isMissing ? placeholder : formatted(kind, value, writer);
  });
  return { text: filled, rest: args.slice(used) };
}

/** Any value as the text of a message. */
export function asText(value: unknown, writer: () => ValueWriter): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'function' ? unquoted(writer().value(value)) : String(value);
  return unquoted(writer().value(value));
}

function formatted(kind: string, value: unknown, writer: () => ValueWriter): string {
  switch (kind) {
    case 'd':
    case 'f':
      return numberText(value, Number);
    case 'i':
      return numberText(value, (number) => Math.floor(Number(number)));
    case 'c':
      return '';
    case 's':
      // As String() has it: a stack in the middle of a sentence does not help.
      return isError(value) ? `${typeOf(value)}: ${messageOf(value) ?? ''}` : asText(value, writer);
    default:
      return writer().value(value);
  }
}

function numberText(value: unknown, convert: (value: unknown) => number): string {
  try {
    if (typeof value === 'bigint') return String(value);
    // To join one may take for ever: it may have a length of thousands of millions and nothing in it.
    return Array.isArray(value) && value.length > 1 ? 'NaN' : String(convert(value));
  } catch {
    return 'NaN'; // a symbol, or an object that throws
  }
}

function unquoted(json: string): string {
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}
