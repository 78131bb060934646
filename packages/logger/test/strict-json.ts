/** Reads JSON as RFC 8259 has it and throws where JSON.parse is lenient: for a key that an object has twice. */
export function parseStrictly(text: string): unknown {
  let at = 0;
  const result = value();
  if (at !== text.length) fail('nothing more');
  return result;

  function value(): unknown {
    switch (text[at]) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      default:
        return literal();
    }
  }

  function object(): Record<string, unknown> {
    const members = new Map<string, unknown>();
    at++;
    while (text[at] !== '}') {
      if (members.size > 0) expectChar(',');
      const key = string();
      if (members.has(key)) throw new Error(`twice the key ${JSON.stringify(key)} in ${text.slice(0, 500)}`);
      expectChar(':');
      members.set(key, value());
    }
    at++;
    return Object.fromEntries(members);
  }

  function array(): unknown[] {
    const items: unknown[] = [];
    at++;
    while (text[at] !== ']') {
      if (items.length > 0) expectChar(',');
      items.push(value());
    }
    at++;
    return items;
  }

  function string(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not stand there
    const match = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    match.lastIndex = at;
    const found = match.exec(text)?.[0] ?? fail('a string');
    at += found.length;
    return JSON.parse(found) as string;
  }

  function literal(): unknown {
    const match = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    match.lastIndex = at;
    const found = match.exec(text)?.[0] ?? fail('a value');
    at += found.length;
    return JSON.parse(found);
  }

  function expectChar(char: string): void {
    if (text[at] !== char) fail(char);
    at++;
  }

  function fail(wanted: string): never {
    throw new Error(`${wanted} expected at ${at}: ${text.slice(Math.max(0, at - 40), at + 40)}`);
  }
}

/** The lines of a stream; throws unless each is one JSON object that ends in one line feed. */
export function parseLines(text: string): Array<Record<string, unknown>> {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const parsed = parseStrictly(line);
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error(`no object: ${line}`);
      return parsed as Record<string, unknown>;
    });
}
