import { type FamilySnapshot, timeUnitsPerSecond } from '@sightline/core/backend';
import type { Dialect } from './dialect.js';

/** The type of a histogram's lines, and the factor for its values. */
export interface HistogramType {
  readonly type: 'd' | 'h' | 'ms';
  readonly factor: number;
}

/**
 * `ms` states a unit, so durations are converted to milliseconds. A histogram that is not a duration is sent as `h` if the dialect
 * has that type, else as a timer with unchanged values.
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
