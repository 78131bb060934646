const anAddress = 'an address that begins with http:// or https://';
const anOtlpAddress = `${anAddress}, or host:port for gRPC`;

/** The types of environment variables: what is allowed, in words, and how the string is parsed. */
export const valueTypes: { readonly [T in ValueType]: ValueFormat<ValueOf<T>> } = {
  boolean: { allowed: 'true or false', parse: (text) => booleanWords.get(text.toLowerCase()) },
  // Only "true" is true (OpenTelemetry Environment Variable Specification, "Boolean").
  'opentelemetry boolean': {
    allowed: 'true or false',
    parse: (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined),
  },
  port: {
    allowed: 'a port number from 0 to 65535',
    parse: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
  },
  seconds: {
    allowed: 'a number of seconds from 0.001 to 2147483',
    parse: (text) => numberWithin(text, 0.001, 2_147_483, 1000),
  },
  milliseconds: {
    allowed: 'a number of milliseconds from 1 to 2147483647',
    parse: (text) => numberWithin(text, 1, 2_147_483_647, 1),
  },
  number: { allowed: 'a number of at least 0', parse: (text) => numberWithin(text, 0, Number.MAX_VALUE, 1) },
  ratio: { allowed: 'a number from 0 to 1', parse: (text) => numberWithin(text, 0, 1, 1) },
  'whole number': {
    allowed: 'a whole number from 1 to 2147483647',
    parse: (text) => (/^\d+$/.test(text) ? numberWithin(text, 1, 2_147_483_647, 1) : undefined),
  },
  count: {
    allowed: 'a whole number from 0 to 2147483647',
    parse: (text) => (/^\d+$/.test(text) ? numberWithin(text, 0, 2_147_483_647, 1) : undefined),
  },
  string: { allowed: 'a string', parse: (text) => text },
  choice: {
    allowed: 'one of several words',
    parse: (text, { choices = {} }) =>
      Object.hasOwn(choices, text.toLowerCase()) ? choices[text.toLowerCase()] : undefined,
  },
  address: { allowed: anAddress, parse: (text) => (isAddress(text) ? text : undefined) },
  'OTLP address': { allowed: anOtlpAddress, parse: (text) => (isOtlpAddress(text) ? text : undefined) },
  'OTLP base address': {
    allowed: anOtlpAddress,
    parse: (text, { path = '' }) => {
      if (isAddress(text)) return withPath(text, path);
      return isOtlpAddress(text) ? text : undefined;
    },
  },
  names: { allowed: 'a list of names separated by commas', parse: knownNamesOf },
  attributes: {
    allowed: 'a list of name=value pairs separated by commas, with all other characters percent-encoded',
    parse: attributesOf,
  },
};

export interface ValueFormat<V> {
  /** In words, after "is not". */
  readonly allowed: string;
  /** @returns `undefined` for a string that is not allowed */
  parse(text: string, row: ValueDetails): V | undefined;
}

/** What a row adds to its type. */
export interface ValueDetails {
  readonly choices?: Readonly<Record<string, string>> | undefined;
  readonly path?: string | undefined;
}

interface Values {
  boolean: boolean;
  'opentelemetry boolean': boolean;
  port: number;
  /** Read as milliseconds. */
  seconds: number;
  milliseconds: number;
  number: number;
  /** From 0 to 1. */
  ratio: number;
  /** From 1. */
  'whole number': number;
  /** From 0. */
  count: number;
  string: string;
  choice: string;
  address: string;
  /** The option checks whether it fits the protocol. */
  'OTLP address': string;
  /** Read as the address for one signal (OpenTelemetry Protocol Exporter, "Endpoint URLs for OTLP/HTTP"). */
  'OTLP base address': string;
  /** Lower-case, each once. */
  names: readonly string[];
  attributes: Readonly<Record<string, string>>;
}

export type ValueType = keyof Values;
export type ValueOf<T extends ValueType> = Values[T];

const booleanWords: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

function numberWithin(text: string, min: number, max: number, factor: number): number | undefined {
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return number >= min && number <= max ? number * factor : undefined;
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Also as gRPC writes it, without a scheme or with the name of a resolver (OpenTelemetry Protocol Exporter, "Endpoint"). */
function isOtlpAddress(text: string): boolean {
  return (
    isAddress(text) || /^(?:(?:dns|passthrough|ipv[46]):\S+|(?:\[[\da-f:.]+\]|[^\s:/?#@[\]]+):\d{1,5}\/?)$/i.test(text)
  );
}

function withPath(text: string, path: string): string {
  const url = new URL(text);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return url.href;
}

/** The names that are choices of the row, if it has choices. The others are reported. */
function knownNamesOf(text: string, { choices }: ValueDetails): readonly string[] | undefined {
  const names = namesOf(text).filter((name) => choices === undefined || Object.hasOwn(choices, name));
  return names.length === 0 ? undefined : names;
}

/** In lower case, each once. */
export function namesOf(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  return [...new Set(names)].filter((name) => name !== '');
}

/** One wrong pair makes the whole value wrong (OpenTelemetry Resource SDK, "Specifying resource information via an environment variable"). */
function attributesOf(text: string): Readonly<Record<string, string>> | undefined {
  const attributes: Array<[string, string]> = [];
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const name = decoded(pair.slice(0, Math.max(0, at)));
    const value = decoded(pair.slice(at + 1));
    if (name === undefined || name === '' || value === undefined) return undefined;
    attributes.push([name, value]);
  }
  return Object.fromEntries(attributes);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
