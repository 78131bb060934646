/** Whether the value behind a name is a secret. `value` is read only when asked for; looking for its end costs its length. */
export type IsSecret = (name: string, value: () => string) => boolean;

/**
 * Where the value that begins at `start` ends; `start` itself if there is none. `quote` is what stands around the name. An array is a part of
 * it: what to hide begins and ends there.
 */
export type EndOfValue = (text: string, start: number, name: string, quote: string) => number;

export interface NamedValues {
  /** Global, with the groups `name` and, where names stand in quotes, `quote`. The value begins where it ends. */
  readonly opening: RegExp;
  readonly endOfValue: EndOfValue;
  /** Whether the quotes around a value stay: a member of JSON must remain one. */
  readonly keepsQuotes?: boolean;
  readonly nameOf?: (name: string) => string;
}

/** Replaces the values behind names of secrets. Each character of a value is looked at once, so that the time is linear. */
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

/** The end of what a sticky expression matches at `start`. */
export function endOf(expression: RegExp, text: string, start: number): number {
  expression.lastIndex = start;
  return start + (expression.exec(text)?.[0].length ?? 0);
}

/** The end of a list or object that begins at `start`, brackets within its strings apart; the end of the text if it is cut. */
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
      // With so many backslashes it is a quote of this depth of JSON within JSON, and no escaped one.
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
