import { plainDecimal } from './plain-decimal.js';

/**
 * Whether a receiver gets exactly `weight` when it divides 1 by the rate: most count so, and some cut off the fraction
 * (49 would come out as 49.00000000000001, others as one less).
 */
export function hasExactRate(weight: number): boolean {
  return 1 / (1 / weight) === weight;
}

/** The sample rate field for samples that stand for `weight` observations each; nothing for 1. */
export function rateField(weight: number): string {
  return weight === 1 ? '' : `|@${plainDecimal(1 / weight)}`;
}
