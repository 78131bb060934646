import type { ExponentialPoint, FamilySnapshot } from '../store/family-snapshot.js';

/** What a delta reader sends of one family. */
export interface FamilyDelta {
  readonly family: FamilySnapshot;
  /** Marks point `i` as sent. `isPartial`: other points of the batch may not be sent. */
  commit(i: number, isPartial: boolean): void;
  /** The start of point `i`, as Unix time in milliseconds. */
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
