/**
 * The shortest decimal string without exponent that reads back as `value`: every StatsD server reads it. etsy's server would read the
 * rate `1e-7` as 1. Zero has no sign. `value` is finite.
 */
export function plainDecimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  const digits = whole + fraction;
  const pointAt = 1 + Number(exponent);
  return sign + (pointAt > 0 ? digits.padEnd(pointAt, '0') : `0.${'0'.repeat(-pointAt)}${digits}`);
}
