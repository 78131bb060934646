import { type FamilySnapshot, timeUnitsPerSecond } from '@sightline/core/backend';
import type { Dialect } from './dialect.js';

/** The type of a histogram's lines, and what its values are multiplied by for it. */
export interface HistogramType {
  readonly type: 'd' | 'h' | 'ms';
  readonly factor: number;
}

/**
 * `ms` states a unit, so durations are sent in milliseconds, whatever they are recorded in. What is no duration is a plain
 * histogram, `h`, where the dialect has one; where it has only timers it is sent as one with the values as they are.
 * @param wanted the type for durations
 */
export function histogramTypeOf(
  family: FamilySnapshot,
  wanted: HistogramType['type'],
  dialect: Dialect,
): HistogramType {
  if (wanted !== 'ms') return { type: wanted, factor: 1 };
  const perSecond = timeUnitsPerSecond(family);
  if (perSecond !== undefined) return { type: 'ms', factor: 1000 / perSecond };
  return { type: dialect.hasHistograms ? 'h' : 'ms', factor: 1 };
}
