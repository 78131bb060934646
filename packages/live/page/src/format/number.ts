/** Narrow and non-breaking, so that a number stays on one line. */
const space = '\u202f';

/** A count or any value: whole below a million, `9.1 M` above; `12.3`, `0.0042` for fractions. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  if (value < 0) return `−${formatNumber(-value)}`;
  if (value >= 1e15) return value.toExponential(1).replace('e+', 'e');
  // 999 999.6 would be rounded to a million.
  const scale = scales.find(({ factor }) => value >= factor * 0.999_999_5);
  if (scale !== undefined) return `${threeDigits(value / scale.factor)}${space}${scale.prefix}`;
  if (value >= 1000) return grouped(Math.round(value));
  if (value !== 0 && value < 0.001) return value.toExponential(1).replace('e-', 'e−').replace('e+', 'e');
  return threeDigits(value);
}

/** The value with all of its digits, for where it must equal what the service itself reports. */
export function formatExact(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  if (value < 0) return `−${formatExact(-value)}`;
  if (value >= 1e15) return String(value);
  const [whole = '', fraction] = String(value).split('.');
  if (/e/.test(whole) || /e/.test(fraction ?? '')) return String(value);
  return fraction === undefined ? grouped(Number(whole)) : `${grouped(Number(whole))}.${fraction}`;
}

/** `1.8 %`; never `0 %` for what is not zero, nor `100 %` for what is not all. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent < 0) return `−${formatShare(-share)}`;
  if (!(percent < 1000)) return `${formatNumber(percent)}${space}%`;
  if (percent > 0 && percent < 0.1) return `<${space}0.1${space}%`;
  if (percent < 100 && percent > 99.9) return `>${space}99.9${space}%`;
  return `${trimmed(percent.toFixed(1))}${space}%`;
}

/** `1 span`, `12 spans`. */
export function formatCount(count: number, singular: string, plural: string = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

/** At least three digits, and no zeros at the end that say nothing. */
export function threeDigits(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  if (value >= 9.995) return trimmed(value.toFixed(1));
  if (value >= 0.9995) return trimmed(value.toFixed(2));
  return trimmed(value.toPrecision(2));
}

const scales = [
  { factor: 1e12, prefix: 'T' },
  { factor: 1e9, prefix: 'G' },
  { factor: 1e6, prefix: 'M' },
];

function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, space);
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
