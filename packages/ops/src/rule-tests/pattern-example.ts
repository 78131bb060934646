/** Texts that the regular expression `pattern` matches as a whole: one of each of its alternatives. Those of patterns too clever are left out. */
export function patternExample(pattern: string): string[] {
  let whole: RegExp;
  try {
    whole = new RegExp(`^(?:${pattern})$`, 's');
  } catch {
    return [];
  }
  return [...new Set(alternatives({ pattern, at: 0 }))].filter((text) => whole.test(text));
}

interface Reader {
  readonly pattern: string;
  at: number;
}

function alternatives(reader: Reader): string[] {
  const found = [sequence(reader)];
  while (reader.pattern[reader.at] === '|') {
    reader.at++;
    found.push(sequence(reader));
  }
  return found;
}

function sequence(reader: Reader): string {
  let text = '';
  while (reader.at < reader.pattern.length && !'|)'.includes(reader.pattern[reader.at] ?? '')) {
    const atom = atomExample(reader);
    text += atom.repeat(repeats(reader));
  }
  return text;
}

function atomExample(reader: Reader): string {
  const character = reader.pattern[reader.at++] ?? '';
  switch (character) {
    case '.':
      return '0';
    case '^':
    case '$':
      return '';
    case '\\': {
      const escaped = reader.pattern[reader.at++] ?? '';
      return { d: '0', w: 'x', s: ' ', D: 'x', W: '-', S: 'x', b: '' }[escaped] ?? escaped;
    }
    case '[':
      return classExample(reader);
    case '(': {
      const opening = /^\?(?:P?<\w+>|[a-z]*:)/.exec(reader.pattern.slice(reader.at))?.[0] ?? '';
      reader.at += opening.length;
      const [first = ''] = alternatives(reader);
      reader.at++;
      return first;
    }
    default:
      return character;
  }
}

function classExample(reader: Reader): string {
  const found = /^(?:\\.|[^\]\\])*/s.exec(reader.pattern.slice(reader.at))?.[0] ?? '';
  reader.at += found.length + 1;
  const text = found.replaceAll(/\\(.)/gs, '$1');
  const matcher = new RegExp(`[${found}]`, 's');
  return [...'x0-_A ', ...text].find((candidate) => matcher.test(candidate)) ?? '';
}

/** Reads the quantifier behind an atom. As few as it allows, but not none where one is possible: `.*failed` shows more with a character. */
function repeats(reader: Reader): number {
  const [text = '', least] = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(reader.pattern.slice(reader.at)) ?? [];
  reader.at += text.length;
  return least === undefined ? 1 : Math.min(Number(least), 1000);
}
