/** The unit of a measurement. `native` is the unit of durations of `events.span`: nanoseconds. */
export type TimeUnit = 'native' | 'nanosecond' | 'microsecond' | 'millisecond' | 'second' | 'minute';
/** Decimal: a megabyte is 1 000 000 bytes. */
export type ByteUnit = 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte';

/** One unit, or the measurement's unit and the unit to convert to. */
export type EventUnit = string | readonly [from: TimeUnit, to: TimeUnit] | readonly [from: ByteUnit, to: ByteUnit];

export interface Conversion {
  /** The unit as a metric declares it, in the plural. */
  readonly unit: string | undefined;
  /** Converts a measurement to that unit. */
  convert(value: number): number;
}

/** Throws for units that cannot be converted into each other. */
export function conversionOf(subject: string, unit: EventUnit | undefined): Conversion {
  if (unit === undefined) return { unit: undefined, convert: asItIs };
  if (typeof unit === 'string') return { unit: pluralOf(unit), convert: asItIs };
  const [from, to] = Array.isArray(unit) ? unit : [];
  for (const units of [nanosecondsIn, bytesIn]) {
    const [fromSize, toSize] = [sizeIn(units, from), sizeIn(units, to)];
    if (fromSize === undefined || toSize === undefined) continue;
    // Divides instead of multiplying by an inexact fraction: 15e9 * 1e-9 is above 15, which is the next bucket.
    const ratio = Math.max(fromSize, toSize) / Math.min(fromSize, toSize);
    return {
      unit: pluralOf(String(to)),
      convert: fromSize >= toSize ? (value) => value * ratio : (value) => value / ratio,
    };
  }
  const known = [...Object.keys(nanosecondsIn), '|', ...Object.keys(bytesIn)].join(', ').replace(', |,', ' or two of');
  throw new Error(`[events] ${subject} has the unit ${JSON.stringify(unit)}: pass two of ${known}.`);
}

function asItIs(value: number): number {
  return value;
}

const nanosecondsIn: Readonly<Record<TimeUnit, number>> = {
  native: 1,
  nanosecond: 1,
  microsecond: 1e3,
  millisecond: 1e6,
  second: 1e9,
  minute: 6e10,
};

const bytesIn: Readonly<Record<ByteUnit, number>> = { byte: 1, kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 };

function sizeIn(units: Readonly<Record<string, number>>, unit: string | undefined): number | undefined {
  return unit !== undefined && Object.hasOwn(units, unit) ? units[unit] : undefined;
}

/** Metrics use plural units (`milliseconds`, `bytes`), events singular ones. */
function pluralOf(unit: string): string {
  if (unit === 'native') return 'nanoseconds';
  return sizeIn(nanosecondsIn, unit) !== undefined || sizeIn(bytesIn, unit) !== undefined ? `${unit}s` : unit;
}
