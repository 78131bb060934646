import type { FamilySnapshot } from './family-snapshot.js';

/**
 * Reads what changed since what this reader has committed. One batch at a time: reading again gives up the points of the
 * earlier batch that were not committed, and carries them.
 */
export interface DeltaReader {
  /** Runs a read round, then reads. Never rejects. */
  collect(): Promise<DeltaBatch>;
  /** Reads now, without a read round. */
  read(): DeltaBatch;
  /** Frees what the reader keeps. */
  close(): void;
}

/**
 * Counters and histograms as the difference to what was committed; gauges and infos as they are. Without
 * `includeUnchanged` only counters and histograms that changed are in it. Foreign summaries keep their quantiles; sums and counts are differences.
 */
export interface DeltaBatch {
  /** Unix time in milliseconds of the last full commit, or of the reader's creation. */
  readonly startTimeMs: number;
  readonly timeMs: number;
  /** Milliseconds between the two on the monotonic clock. */
  readonly elapsedMs: number;
  readonly families: readonly FamilySnapshot[];
  /** Points in all families together; they are numbered through in order, from 0. */
  readonly size: number;
  /**
   * Marks points as delivered (or as given up: the reader does not care); all when no range is given. Points that are
   * never committed are part of a later batch. Throws if a newer batch was read.
   */
  commit(range?: PointRange): void;
}

/** Points `from` <= i < `to`, numbered through the families of a batch. */
export interface PointRange {
  readonly from: number;
  readonly to: number;
}
