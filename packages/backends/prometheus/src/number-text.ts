/** A sample value: the shortest string that reads back as the same number. */
export function valueText(value: number): string {
  if (Number.isFinite(value)) return value === 0 && 1 / value < 0 ? '-0' : `${value}`;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

/**
 * A bucket bound or quantile as a label value, in OpenMetrics' canonical form (Go's `%g`, with `.0` for integers): `0.005`, `1.0`,
 * `1e+06`. Both formats use it, because otherwise a series would be another one in each format. Prometheus 3 rewrites other forms to
 * it.
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
