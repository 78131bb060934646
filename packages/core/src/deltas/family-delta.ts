import type { ExponentialPoint, FamilySnapshot } from '../store/family-snapshot.js';

/** What a delta reader sends of one family. */
export interface FamilyDelta {
  readonly family: FamilySnapshot;
  /** Marks point `i` as sent; `isPartial` where other points of the batch may not be. */
  commit(i: number, isPartial: boolean): void;
  /** Unix time in milliseconds from which point `i` counts. */
  startOf(i: number): number;
}

/** When a batch was read, and when its reader last committed everything. */
export interface BatchTimes {
  readonly startTimeMs: number;
  readonly timeMs: number;
}

/** What was sent of one series: its numbers by column. */
export interface SentPoint {
  readonly columns: readonly Float64Array[];
  readonly exponential: ExponentialPoint | undefined;
}
