import type { FamilySnapshot } from '@sightline/core/backend';

/** How a flavour of StatsD writes a series and what its lines may hold. */
export interface Dialect {
  /**
   * The constant parts of a family's lines.
   * @param ending appended to the family's name, such as `.count` for a summary
   */
  series(family: FamilySnapshot, ending?: string): SeriesText;
  /** Whether there is a histogram type without unit (`h`). */
  readonly hasHistograms: boolean;
  /** Whether timers may be negative. */
  readonly hasNegativeTimers: boolean;
  /** Whether a line may hold several values, as DogStatsD's protocol 1.1 allows. */
  readonly packsValues: boolean;
}

/** A line consists of `head`, the value, `|`, the type, an optional rate, and `tail`. */
export interface SeriesText {
  /** The start of the lines of point `i`, up to the colon. */
  head(i: number): string;
  tail(i: number): string;
}

export type DialectName = 'statsd' | 'dogstatsd' | 'graphite';
