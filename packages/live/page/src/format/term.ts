/** A text as one word of a filter: in double quotes if it would be split, or understood as `key=value`. */
export function wordTerm(text: string): string {
  return /[\s"=<>]/.test(text) ? quoted(text) : text;
}

/** `key=value` as a filter takes it. */
export function attributeTerm(key: string, value: string): string {
  return `${key}=${/[\s"\\]/.test(value) ? quoted(value) : value}`;
}

export interface Term {
  readonly text: string;
  /** It begins with a quote: what looks like `key=value` in it is not meant so. */
  readonly isWord: boolean;
}

/** The terms of a filter, split at spaces outside of double quotes. In quotes, `\` keeps the next character as it is. */
export function termsOf(filter: string): readonly Term[] {
  const terms: Term[] = [];
  let text = '';
  let isWord = false;
  let isQuoted = false;
  const end = (): void => {
    if (text !== '') terms.push({ text, isWord });
    text = '';
    isWord = false;
  };
  for (let at = 0; at < filter.length; at++) {
    const char = filter[at] ?? '';
    if (char === '\\' && isQuoted && at + 1 < filter.length) text += filter[++at];
    else if (char === '"') {
      if (text === '' && !isQuoted) isWord = true;
      isQuoted = !isQuoted;
    } else if (/\s/.test(char) && !isQuoted) end();
    else text += char;
  }
  end();
  return terms;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
