/**
 * A rejection threshold (OpenTelemetry, "TraceState: Probability Sampling"): 1 to 14 lower-case hexadecimal digits without
 * trailing zeros, the fraction of traces that is rejected. `8` rejects half, `0` none.
 */
export type Threshold = string;

/** 1 / 2^56: with a smaller probability, nothing is sampled. */
export const MIN_PROBABILITY: number = 2 ** -56;

/**
 * The threshold that samples with this probability, with 4 digits after leading `f`s, as the specification recommends.
 * @param probability in [2^-56, 1]
 */
export function thresholdOf(probability: number): Threshold {
  if (probability >= 1) return '0';
  const exponent = Math.floor(Math.log2(probability)) + 1;
  const precision = Math.max(1, Math.min(12, 4 + Math.floor(exponent / -4)));
  // Rounds half up at the last digit kept.
  const rejected = Math.floor((1 - probability) * 16 ** precision + 0.5);
  const most = 16 ** precision - 1;
  return withoutTrailingZeros(Math.min(rejected, most).toString(16).padStart(precision, '0'));
}

export function probabilityOf(threshold: Threshold): number {
  return 1 - Number.parseInt(threshold.padEnd(14, '0').slice(0, 13), 16) / 2 ** 52;
}

/**
 * Whether a trace passes the threshold. Digits compare as their characters do.
 * @param randomness 14 digits, at the end of a trace id or alone
 */
export function passes(threshold: Threshold, randomness: string): boolean {
  const start = randomness.length - 14;
  for (let i = 0; i < threshold.length; i++) {
    const difference = randomness.charCodeAt(start + i) - threshold.charCodeAt(i);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

export function withoutTrailingZeros(digits: string): Threshold {
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '0' : trimmed;
}
