/** Whether the value after a name is secret. `value` is computed on demand, because finding its end takes time. */
export type IsSecret = (name: string, value: () => string) => boolean;

/**
 * The end of the value that begins at `start`; `start` if there is no value. `quote` is the quote around the name. An array is the
 * start and the end of what to hide.
 */
export type EndOfValue = (text: string, start: number, name: string, quote: string) => number;

export interface NamedValues {
  /** Global, with the group `name` and, for quoted names, `quote`. The value begins at the end of the match. */
  readonly opening: RegExp;
  readonly endOfValue: EndOfValue;
  /** Whether the quotes around a value are kept, so that JSON stays valid. */
  readonly keepsQuotes?: boolean;
  readonly nameOf?: (name: string) => string;
}

/** Replaces the values of secret names. Reads each character of a value once, so the time is linear. */
export function withoutValues(text: string, kind: NamedValues, censor: string, isSecret: IsSecret): string {
  let result = '';
  let end = 0;
  for (const { 0: whole, groups: { name = '', quote = '' } = {}, index } of text.matchAll(kind.opening)) {
    if (index < end) continue;
    const start = index + whole.length;
    let valueEnd: number | undefined;
    const endHere = (): number => {
      valueEnd ??= kind.endOfValue(text, start, name, quote);
      return valueEnd;
    };
    if (!isSecret(kind.nameOf?.(name) ?? name, () => text.slice(start, endHere()))) continue;
    if (endHere() <= start) continue;
    const around = kind.keepsQuotes === true ? quote : '';
    result += `${text.slice(end, start)}${around}${censor}${around}`;
    end = endHere();
  }
  return end === 0 ? text : result + text.slice(end);
}

/** The end of the match of a sticky expression at `start`. */
export function endOf(expression: RegExp, text: string, start: number): number {
  expression.lastIndex = start;
  return start + (expression.exec(text)?.[0].length ?? 0);
}

/** The end of a list or object that begins at `start`, ignoring brackets within strings; the end of the text if it is cut. */
export function endOfBrackets(text: string, start: number, quote: string): number {
  const backslashes = quote.length - 1;
  const mark = quote.charAt(backslashes);
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === mark) {
      let before = 0;
      while (text.charAt(at - 1 - before) === '\\') before++;
      // So many backslashes are the quote of this depth of nested JSON, not an escaped quote.
      if (before % (2 * (backslashes + 1)) === backslashes) isInString = !isInString;
    } else if (!isInString && (character === '[' || character === '{')) {
      depth++;
    } else if (!isInString && (character === ']' || character === '}')) {
      depth--;
      if (depth <= 0) return at + 1;
    }
  }
  return text.length;
}
