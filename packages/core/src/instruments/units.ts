/** Known units, with OpenTelemetry's UCUM code. */
const knownUnits: ReadonlyMap<string, KnownUnit> = new Map(
  Object.entries<KnownUnit>({
    seconds: { ucum: 's', perSecond: 1, short: ['sec'] },
    milliseconds: { ucum: 'ms', perSecond: 1e3, short: ['msec', 'millis'] },
    microseconds: { ucum: 'us', perSecond: 1e6, short: ['µs'] },
    nanoseconds: { ucum: 'ns', perSecond: 1e9 },
    minutes: { ucum: 'min', perSecond: 1 / 60 },
    hours: { ucum: 'h', perSecond: 1 / 3600 },
    days: { ucum: 'd', perSecond: 1 / 86400 },
    bytes: { ucum: 'By', bytes: 1, short: ['b'] },
    kilobytes: { ucum: 'kBy', bytes: 1e3, short: ['kb'] },
    megabytes: { ucum: 'MBy', bytes: 1e6, short: ['mb'] },
    gigabytes: { ucum: 'GBy', bytes: 1e9, short: ['gb'] },
    kibibytes: { ucum: 'KiBy', bytes: 1024, short: ['kib'] },
    mebibytes: { ucum: 'MiBy', bytes: 1024 ** 2, short: ['mib'] },
    gibibytes: { ucum: 'GiBy', bytes: 1024 ** 3, short: ['gib'] },
    bits: { ucum: 'bit', bytes: 1 / 8 },
    percent: { ucum: '%' },
    ratio: { ucum: '1' },
    celsius: { ucum: 'Cel', short: ['°c'] },
    meters: { ucum: 'm' },
    grams: { ucum: 'g' },
    volts: { ucum: 'V' },
    amperes: { ucum: 'A' },
    joules: { ucum: 'J' },
    watts: { ucum: 'W' },
    hertz: { ucum: 'Hz' },
  }),
);

interface KnownUnit {
  readonly ucum: string;
  /** Of a duration: how many are in a second. */
  readonly perSecond?: number;
  /** Of a size: how many bytes one is. */
  readonly bytes?: number;
  /** Abbreviations other than the code. */
  readonly short?: readonly string[];
}

/** Name endings after which no unit is appended: the known units and common abbreviations. */
export const unitSuffixes: ReadonlySet<string> = new Set([
  ...knownUnits.keys(),
  ...['ms', 'us', 'ns', 'kb', 'mb', 'gb', 'kib', 'mib', 'gib', 'hz'],
]);

/** The UCUM code for a declared unit: `seconds` is `s`, an unknown word becomes an annotation, `{messages}`. */
export function ucumOf(unit: string | undefined): string {
  if (unit === undefined) return '';
  return knownUnits.get(unit)?.ucum ?? `{${unit}}`;
}

/** The word for a UCUM code as instruments of OpenTelemetry have it: `By` is `bytes`. `undefined` for an annotation (`{request}`) and an unknown code. */
export function unitOfUcum(code: string): string | undefined {
  return [...knownUnits].find(([, { ucum }]) => ucum === code)?.[0];
}

/** How many of `unit` are in a second. 1 without a unit, `undefined` if it is not a duration. */
export function unitsPerSecond(unit: string | undefined): number | undefined {
  return unit === undefined ? 1 : knownUnits.get(unit)?.perSecond;
}

/** How many bytes one of `unit` is. `undefined` if it is not a size. */
export function bytesIn(unit: string | undefined): number | undefined {
  return knownUnits.get(unit ?? '')?.bytes;
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
  const measured = kind === 'counter' ? name.replace(/[._]total$|\.count$/, '') : name;
  const [ending = '', before] = measured.split(/[._]/).reverse();
  if (before === undefined || before === 'per' || !unitSuffixes.has(ending)) return undefined;
  return unitWord(ending);
}

/**
 * How many of a metric's unit are in a second: of the declared unit, else of the name's ending, abbreviations (`…_ms`, `…_s`)
 * included. `undefined` if neither is a duration, and for a rate (`messages_per_second`).
 */
export function timeUnitsPerSecond({ name, unit }: UnitNamed): number | undefined {
  if (unit !== undefined) return unitsPerSecond(unit);
  const [ending = '', before] = name.split(/[._]/).reverse();
  if (before === 'per') return undefined;
  return knownUnits.get(unitWord(ending) ?? '')?.perSecond;
}

interface UnitNamed {
  readonly name: string;
  readonly unit?: string | undefined;
}

/** The word for a unit that is written in another way: its singular, an abbreviation, the UCUM code, in any case. */
export function unitWord(text: string): string | undefined {
  return words.get(text.toLowerCase());
}

const words: ReadonlyMap<string, string> = new Map(
  [...knownUnits].flatMap(([word, { ucum, short = [] }]) =>
    [word, word.replace(/s$/, ''), ucum.toLowerCase(), ...short].map((text) => [text, word] as const),
  ),
);
