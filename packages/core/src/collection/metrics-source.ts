import type { FamilySnapshot } from '../store/family-snapshot.js';

/**
 * What a backend reads. Reading changes nothing: any number of readers may read at any time.
 *
 * Counters, histograms and infos are cumulative since their start time; see `deltas(source)` for readers that send
 * differences.
 */
export interface MetricsSource {
  /** Copies all numbers now, in one synchronous step, without running any callback. Included sources are left out. */
  snapshot(): MetricsSnapshot;
  /**
   * Runs a read round (collect callbacks and included sources, each under its own deadline), then copies all numbers.
   * Readers that ask within the round interval share one round. Never rejects: what failed is counted and left out.
   */
  collect(): Promise<MetricsSnapshot>;
  /**
   * Calls `listener` with the final numbers of series that end (`remove`, `clear`), before they are gone: synchronously,
   * so it must be quick and must not throw. Returns the function that stops it. `deltas(source)` uses it so that nothing
   * recorded before a removal is lost.
   */
  onSeriesEnded(listener: (ended: FamilySnapshot) => void): () => void;
}

export interface MetricsSnapshot {
  /** Unix time in milliseconds of the copy. */
  readonly timeMs: number;
  /** In order of declaration, ours before included ones; no name twice. */
  readonly families: readonly FamilySnapshot[];
}

/**
 * Metrics kept by something else, such as another library's registry, to be exported through our backends with
 * `include(source)`.
 */
export interface ForeignSource {
  /** Names the source in warnings and in `sightline_collect_failures_total`. */
  readonly name: string;
  /**
   * Called once a read round, never while an earlier call is pending. May throw, reject or hang: it is then counted and
   * left out of this round. Family names are written as they are; a family whose written name is one of ours, or came
   * from an earlier source, is left out and counted.
   */
  collect(report: ForeignReport): readonly FamilySnapshot[] | Promise<readonly FamilySnapshot[]>;
}

/** Where a foreign source tells of what it had to leave out, so that this is counted and warned about like all else. */
export interface ForeignReport {
  /**
   * @param metric the metric's name, for the warning
   * @param reason one of few, as it becomes a label value: `timeout`, `bad_buckets`
   * @param why the rest of the sentence `"metric" is left out: `, without a full stop
   */
  leftOut(metric: string, reason: string, why: string): void;
}
