/** Known units: how many are in a second (durations) or how many bytes one is (sizes), and OpenTelemetry's UCUM code. */
const knownUnits = {
  seconds: { perSecond: 1, ucum: 's', abbreviations: ['s', 'sec', 'second'] },
  milliseconds: { perSecond: 1e3, ucum: 'ms', abbreviations: ['ms', 'msec', 'millis', 'millisecond'] },
  microseconds: { perSecond: 1e6, ucum: 'us', abbreviations: ['us', 'µs', 'microsecond'] },
  nanoseconds: { perSecond: 1e9, ucum: 'ns', abbreviations: ['ns', 'nanosecond'] },
  minutes: { perSecond: 1 / 60, ucum: 'min', abbreviations: ['min', 'minute'] },
  hours: { perSecond: 1 / 3600, ucum: 'h', abbreviations: ['h', 'hour'] },
  days: { perSecond: 1 / 86400, ucum: 'd', abbreviations: ['d', 'day'] },
  bytes: { bytes: 1, ucum: 'By', abbreviations: ['b', 'by', 'byte'] },
  kilobytes: { bytes: 1e3, ucum: 'kBy', abbreviations: ['kb', 'kby', 'kilobyte'] },
  megabytes: { bytes: 1e6, ucum: 'MBy', abbreviations: ['mb', 'mby', 'megabyte'] },
  gigabytes: { bytes: 1e9, ucum: 'GBy', abbreviations: ['gb', 'gby', 'gigabyte'] },
  kibibytes: { bytes: 1024, ucum: 'KiBy', abbreviations: ['kib', 'kiby'] },
  mebibytes: { bytes: 1024 ** 2, ucum: 'MiBy', abbreviations: ['mib', 'miby'] },
  gibibytes: { bytes: 1024 ** 3, ucum: 'GiBy', abbreviations: ['gib', 'giby'] },
  bits: { bytes: 1 / 8, ucum: 'bit', abbreviations: ['bit'] },
  percent: { ucum: '%', abbreviations: ['%'] },
  ratio: { ucum: '1', abbreviations: ['1'] },
  celsius: { ucum: 'Cel', abbreviations: ['cel', '°c'] },
  meters: { ucum: 'm', abbreviations: ['m', 'meter'] },
  grams: { ucum: 'g', abbreviations: ['g', 'gram'] },
  volts: { ucum: 'V', abbreviations: ['v', 'volt'] },
  amperes: { ucum: 'A', abbreviations: ['a', 'ampere'] },
  joules: { ucum: 'J', abbreviations: ['j', 'joule'] },
  watts: { ucum: 'W', abbreviations: ['w', 'watt'] },
  hertz: { ucum: 'Hz', abbreviations: ['hz'] },
} as const satisfies Record<string, KnownUnit>;

interface KnownUnit {
  readonly perSecond?: number;
  readonly bytes?: number;
  readonly ucum: string;
  readonly abbreviations: readonly string[];
}

/** Name endings after which no unit is appended: the known units and common abbreviations. */
export const unitSuffixes: ReadonlySet<string> = new Set([
  ...Object.keys(knownUnits),
  ...['ms', 'us', 'ns', 'kb', 'mb', 'gb', 'kib', 'mib', 'gib', 'hz'],
]);

/** The UCUM code for a declared unit: `seconds` is `s`, an unknown word becomes an annotation, `{messages}`. */
export function ucumOf(unit: string | undefined): string {
  if (unit === undefined) return '';
  return lookUp(unit)?.ucum ?? `{${unit}}`;
}

/** The word for a UCUM code as instruments of OpenTelemetry have it: `By` is `bytes`. `undefined` for an annotation (`{request}`) and an unknown code. */
export function unitOfUcum(code: string): string | undefined {
  return Object.entries<KnownUnit>(knownUnits).find(([, { ucum }]) => ucum === code)?.[0];
}

/** How many of `unit` are in a second. 1 without a unit, `undefined` if it is not a duration. */
export function unitsPerSecond(unit: string | undefined): number | undefined {
  return unit === undefined ? 1 : lookUp(unit)?.perSecond;
}

/** How many bytes one of `unit` is. `undefined` if it is not a size. */
export function bytesIn(unit: string | undefined): number | undefined {
  return unit === undefined ? undefined : lookUp(unit)?.bytes;
}

/**
 * The unit at the end of a name, as the word for declarations: `milliseconds` for `redis_publish_latency_ms`, `bytes` for
 * `sent_bytes_total`. `undefined` if there is none, and for a rate (`bytes_per_seconds`). Single letters (`s`, `m`, `b`) do not
 * count as units.
 */
export function unitInName(
  name: string,
  kind: 'counter' | 'gauge' | 'info' | 'histogram' | 'summary',
): string | undefined {
  if (kind === 'info') return undefined;
  const words = name.split(/[._]/);
  if (kind === 'counter' && (words.at(-1) === 'total' || name.endsWith('.count'))) words.pop();
  const last = words.at(-1) ?? '';
  if (words.length < 2 || words.at(-2) === 'per' || !unitSuffixes.has(last)) return undefined;
  return lookUp(last) === undefined ? unitForAbbreviation(last) : last;
}

/**
 * How many of an instrument's unit are in a second: of the declared unit, else of the name's ending
 * (`redis_publish_latency_ms`), else of seconds. `undefined` if the unit is not a duration.
 */
export function durationUnitsPerSecond(named: UnitNamed): number | undefined {
  return named.unit === undefined ? (timeUnitsPerSecond(named) ?? 1) : unitsPerSecond(named.unit);
}

/**
 * How many of a metric's unit are in a second: of the declared unit, else of the name's ending, abbreviations (`…_ms`, `…_s`)
 * included. `undefined` if neither is a duration, and for a rate (`messages_per_second`).
 */
export function timeUnitsPerSecond({ name, unit }: UnitNamed): number | undefined {
  if (unit !== undefined) return unitsPerSecond(unit);
  const [ending = '', before] = name.split(/[._]/).reverse();
  if (before === 'per') return undefined;
  const word = lookUp(ending) === undefined ? unitForAbbreviation(ending) : ending;
  return word === undefined ? undefined : unitsPerSecond(word);
}

interface UnitNamed {
  readonly name: string;
  readonly unit?: string | undefined;
}

/** The word for an abbreviation or UCUM code (`ms` for `milliseconds`), for error messages. */
export function unitForAbbreviation(text: string): string | undefined {
  const abbreviation = text.toLowerCase();
  return Object.entries<KnownUnit>(knownUnits).find(([, unit]) => unit.abbreviations.includes(abbreviation))?.[0];
}

function lookUp(unit: string): KnownUnit | undefined {
  return Object.hasOwn(knownUnits, unit) ? knownUnits[unit as keyof typeof knownUnits] : undefined;
}
