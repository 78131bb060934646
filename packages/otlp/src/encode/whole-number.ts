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
