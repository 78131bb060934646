/**
 * All values of a header, by its name in lower case. Headers may be an object, Fetch's `Headers`, `[name, value, …]`,
 * `[[name, value], …]`, or lines (undici 5); strings or bytes.
 */
export function headerValues(headers: unknown, name: string): readonly string[] {
  if (typeof headers === 'string') return valuesOfPairs(headers.split('\r\n').map(pairOf), name);
  if (typeof headers !== 'object' || headers === null) return [];
  if (Array.isArray(headers)) return valuesOfPairs(pairsOf(headers), name);
  if (isFetch(headers)) {
    if (name === 'set-cookie') return headers.getSetCookie?.() ?? [];
    const value = headers.get(name);
    return value === null ? [] : [value];
  }
  return valuesOfPairs(Object.entries(headers), name);
}

type Pair = readonly [name: unknown, value: unknown];

/** Distinguishes `[[name, value], …]` from `[name, value, …]` as Node.js does. */
export function pairsOf(headers: readonly unknown[]): readonly Pair[] {
  if (Array.isArray(headers[0])) return headers as readonly Pair[];
  return headers.flatMap((name, i): Pair[] => (i % 2 === 0 ? [[name, headers[i + 1]]] : []));
}

export function pairOf(line: string): Pair {
  const colon = Math.max(0, line.indexOf(':'));
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function valuesOfPairs(pairs: readonly Pair[], name: string): readonly string[] {
  return pairs.flatMap(([each, value]) => (String(each).toLowerCase() === name ? textsOf(value) : []));
}

function textsOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map(String);
  // Header values are bytes; Node.js and undici read them as Latin-1.
  return [value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)];
}

interface FetchLike {
  get(name: string): string | null;
  getSetCookie?(): string[];
}

function isFetch(headers: object): headers is FetchLike {
  // A header may be called "get", but its value is no function.
  return typeof (headers as Partial<FetchLike>).get === 'function';
}
