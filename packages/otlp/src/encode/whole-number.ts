/** A count as a whole number >= 0: external sources may give any value. */
export function wholeNumber(value: number): number {
  const whole = Math.round(value);
  return whole > 0 && whole < Infinity ? whole : 0;
}

/** Unix time in milliseconds as whole milliseconds and the nanoseconds beyond them. */
export function splitTime(timeMs: number): readonly [wholeMs: number, nanos: number] {
  const wholeMs = Math.floor(wholeOrZero(timeMs));
  return [wholeMs, Math.min(999_999, Math.round((wholeOrZero(timeMs) - wholeMs) * 1e6))];
}

function wholeOrZero(timeMs: number): number {
  return timeMs > 0 && timeMs < Infinity ? timeMs : 0;
}

/** Whether it is a whole number that 64 bits hold (int64). */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** The value if 64 bits hold it (int64). */
export function int64Of(value: bigint): bigint | undefined {
  return BigInt.asIntN(64, value) === value ? value : undefined;
}
