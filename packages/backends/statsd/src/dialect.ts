import type { FamilySnapshot } from '@sightline/core/backend';

/** How a flavour of StatsD writes a series and what its lines may hold. */
export interface Dialect {
  /**
   * The parts of a family's lines that do not change from value to value.
   * @param ending appended to the family's name: `.count` of a summary
   */
  series(family: FamilySnapshot, ending?: string): SeriesText;
  /** Whether there are histograms (`h`) that say nothing of a unit. */
  readonly hasHistograms: boolean;
  /** Whether timers may be negative. */
  readonly hasNegativeTimers: boolean;
  /** Whether a line may hold several values, as DogStatsD's protocol 1.1 allows. */
  readonly packsValues: boolean;
}

/** A line is `head`, the value, `|`, the type, perhaps a rate, and `tail`. */
export interface SeriesText {
  /** Up to and with the colon, for point `i`. */
  head(i: number): string;
  tail(i: number): string;
}

export type DialectName = 'statsd' | 'dogstatsd' | 'graphite';
