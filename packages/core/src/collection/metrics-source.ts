import type { FamilySnapshot } from '../store/family-snapshot.js';

/**
 * What a backend reads. Reading changes nothing: any number of readers may read at any time.
 *
 * Counters, histograms and infos are cumulative since their start time. Readers that send differences use `deltas(source)`.
 */
export interface MetricsSource {
  /** Copies all numbers now, in one synchronous step. Runs no callback and leaves included sources out. */
  snapshot(): MetricsSnapshot;
  /**
   * Runs a collection (collect callbacks and included sources, each with its own deadline), then copies all numbers.
   * Readers that ask within the collection interval share one collection. Never rejects: failures are counted and left out.
   */
  collect(): Promise<MetricsSnapshot>;
  /**
   * Calls `listener` synchronously with the last numbers of series that end (`remove`, `clear`). It must be quick and must
   * not throw. Returns a function that detaches it. `deltas(source)` uses it, so that a removal loses no recording.
   */
  onSeriesEnded(listener: (ended: FamilySnapshot) => void): () => void;
}

export interface MetricsSnapshot {
  /** Unix time in milliseconds of the copy. */
  readonly timeMs: number;
  /** In order of declaration, external metrics last. No name twice. */
  readonly families: readonly FamilySnapshot[];
}

/**
 * Metrics that something else keeps, such as another library's registry. `include(source)` exports them through our
 * backends.
 */
export interface ExternalSource {
  /** Names the source in warnings and in `sightline_collect_failures_total`. */
  readonly name: string;
  /**
   * Called once per collection, never while an earlier call is pending. It may throw, reject or hang: the failure is counted
   * and this collection leaves the source out. Family names are written as they are. A family whose written name is taken, by
   * our metrics or by an earlier source, is left out and counted.
   */
  collect(report: ExternalReport): readonly FamilySnapshot[] | Promise<readonly FamilySnapshot[]>;
}

/** Reports what an external source had to leave out: it is counted, and warned about once. */
export interface ExternalReport {
  /**
   * @param metric the metric's name, for the warning
   * @param reason one of a few words, because it becomes a label value: `timeout`, `bad_buckets`
   * @param why the rest of the sentence `"metric" is left out: `, without a full stop
   */
  leftOut(metric: string, reason: string, why: string): void;
}
