/** A sample value. The shortest text that reads back as the same number; 2^53 and more with an exponent from 1e21. */
export function valueText(value: number): string {
  if (Number.isFinite(value)) return value === 0 && 1 / value < 0 ? '-0' : `${value}`;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

/**
 * A bucket bound or quantile as a label value, in OpenMetrics' canonical spelling (Go's `%g`, with `.0` where it would
 * look like an integer): `0.005`, `1.0`, `1e+06`. Both formats get it, or a series would change its identity with the
 * format that a scrape happens to ask for; Prometheus 3 rewrites other spellings to it.
 */
export function boundText(bound: number): string {
  if (!Number.isFinite(bound)) return valueText(bound);
  const [digits = '', exponentText = '0'] = bound.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) {
    const sign = exponent < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text = `${bound}`;
  return text.includes('.') ? text : `${text}.0`;
}
