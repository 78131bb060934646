/** What a measurement is in. `native` is what `events.span` measures durations in: nanoseconds. */
export type TimeUnit = 'native' | 'nanosecond' | 'microsecond' | 'millisecond' | 'second' | 'minute';
/** Decimal: a megabyte is 1 000 000 bytes. */
export type ByteUnit = 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte';

/** One unit, as it is recorded, or the measurement's unit and the one it is converted to. */
export type EventUnit = string | readonly [from: TimeUnit, to: TimeUnit] | readonly [from: ByteUnit, to: ByteUnit];

export interface Conversion {
  /** The unit as a metric declares it, in the plural. */
  readonly unit: string | undefined;
  readonly factor: number;
}

/** Throws for units that cannot be converted into each other. */
export function conversionOf(subject: string, unit: EventUnit | undefined): Conversion {
  if (unit === undefined) return { unit: undefined, factor: 1 };
  if (typeof unit === 'string') return { unit: pluralOf(unit), factor: 1 };
  const [from, to] = unit;
  for (const units of [nanosecondsIn, bytesIn]) {
    const [fromSize, toSize] = [sizeIn(units, from), sizeIn(units, to)];
    if (fromSize === undefined || toSize === undefined) continue;
    // One division, so that whole results are exact: 0.001 has no exact double.
    const factor = fromSize >= toSize ? fromSize / toSize : 1 / (toSize / fromSize);
    return { unit: pluralOf(to), factor };
  }
  const known = [...Object.keys(nanosecondsIn), '|', ...Object.keys(bytesIn)].join(', ').replace(', |,', ' or two of');
  throw new Error(`[events] ${subject} has the unit ${JSON.stringify(unit)}: give two of ${known}.`);
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

function sizeIn(units: Readonly<Record<string, number>>, unit: string): number | undefined {
  return Object.hasOwn(units, unit) ? units[unit] : undefined;
}

/** Metrics call their units `milliseconds`, `bytes`; events call them by one. */
function pluralOf(unit: string): string {
  if (unit === 'native') return 'nanoseconds';
  return sizeIn(nanosecondsIn, unit) !== undefined || sizeIn(bytesIn, unit) !== undefined ? `${unit}s` : unit;
}
