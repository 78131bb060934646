import { plainDecimal } from './plain-decimal.js';

/**
 * Whether 1 divided by the rate is exactly `weight`: receivers compute that, and some cut off the fraction (49 becomes
 * 49.00000000000001, other weights one less).
 */
export function hasExactRate(weight: number): boolean {
  return 1 / (1 / weight) === weight;
}

/** The sample rate field for a value that represents `weight` observations; empty for 1. */
export function rateField(weight: number): string {
  return weight === 1 ? '' : `|@${plainDecimal(1 / weight)}`;
}
