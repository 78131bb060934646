import { type Clock, systemClock } from '@sightline/base';
import type { MetricsSnapshot, MetricsSource } from '../collection/metrics-source.js';
import type { Cumulative } from '../store/cumulative-columns.js';
import type { FamilySnapshot } from '../store/family-snapshot.js';
import { SMALLEST_STEP_MS } from '../store/series-start-times.js';
import { FamilyBaseline } from './family-baseline.js';
import type { FamilyDelta } from './family-delta.js';

/**
 * Reads what changed since this reader's last commit. One batch at a time: the next read includes the points of the earlier
 * batch that were not committed.
 */
export interface DeltaReader {
  /** Runs a collection, then reads. Never rejects. */
  collect(): Promise<DeltaBatch>;
  /** Reads now, without a collection. */
  read(): DeltaBatch;
  /** Detaches the reader from its source and frees its memory. */
  shutdown(): void;
}

/**
 * Counters and histograms as differences to the last commit; gauges and infos as they are. Without `includeUnchanged` it holds
 * only counters and histograms that changed. Summaries keep their quantiles; their sums and counts are differences.
 */
export interface DeltaBatch {
  /** Unix time in milliseconds of the last full commit, or of the reader's creation. */
  readonly startTimeMs: number;
  readonly timeMs: number;
  /** Milliseconds between the two on the monotonic clock. */
  readonly elapsedMs: number;
  readonly families: readonly FamilySnapshot[];
  /** Points in all families together, numbered from 0 in order. */
  readonly size: number;
  /**
   * Marks points as delivered or given up. Default: all points. Points that are not committed are part of a later batch. Throws
   * if a newer batch was read.
   */
  commit(range?: PointRange): void;
  /**
   * The start of each difference, by point of one of `families`, as Unix time in milliseconds: the point's last commit, or the
   * start of its series if that is later.
   */
  startTimesMs(family: FamilySnapshot): Float64Array;
}

/** Points `from` <= i < `to`, numbered across the families of a batch. */
export interface PointRange {
  readonly from: number;
  readonly to: number;
}

export interface DeltaOptions {
  /** Whether a batch includes counters and histograms that did not change, as 0. Default: false. */
  includeUnchanged?: boolean | undefined;
}

/** Makes a reader of differences. Its first batch holds everything recorded so far. */
export function deltas(source: MetricsSource, options: DeltaOptions & { clock?: Clock | undefined } = {}): DeltaReader {
  return new Reader(source, options.includeUnchanged === true, options.clock ?? systemClock);
}

class Reader implements DeltaReader {
  readonly #source: MetricsSource;
  readonly #includeUnchanged: boolean;
  readonly #clock: Clock;
  readonly #baselines = new Map<string, FamilyBaseline>();
  readonly #detach: () => void;
  #committed: { timeMs: number; monotonicMs: number };
  #reads = 0;

  constructor(source: MetricsSource, includeUnchanged: boolean, clock: Clock) {
    this.#source = source;
    this.#includeUnchanged = includeUnchanged;
    this.#clock = clock;
    this.#committed = { timeMs: clock.now(), monotonicMs: clock.monotonicMs() };
    this.#detach = source.onSeriesEnded((ended) => {
      if (ended.kind !== 'gauge' && ended.kind !== 'info') this.#baseline(ended).keepEnded(ended);
    });
  }

  async collect(): Promise<DeltaBatch> {
    return this.#batch(await this.#source.collect());
  }

  read(): DeltaBatch {
    return this.#batch(this.#source.snapshot());
  }

  shutdown(): void {
    this.#detach();
    this.#baselines.clear();
  }

  #batch({ timeMs: nowMs, families }: MetricsSnapshot): DeltaBatch {
    const startTimeMs = this.#committed.timeMs;
    // The clock may have been set back or stand still, but a difference needs an interval.
    const timeMs = Math.max(startTimeMs + SMALLEST_STEP_MS, nowMs);
    const monotonicMs = this.#clock.monotonicMs();
    const elapsedMs = monotonicMs - this.#committed.monotonicMs;
    const familyDeltas: FamilyDelta[] = families.map((family) => {
      if (family.kind === 'gauge' || family.kind === 'info') return asItIs(family, timeMs);
      return this.#baseline(family).delta(family, this.#includeUnchanged, { startTimeMs, timeMs });
    });
    const read = ++this.#reads; // a number, because a reference would keep the batch until the next read
    return new Batch(
      familyDeltas,
      { startTimeMs, timeMs, elapsedMs },
      {
        isNewest: () => this.#reads === read,
        committedAll: () => {
          this.#committed = { timeMs, monotonicMs };
          for (const baseline of this.#baselines.values()) baseline.forgetCommitTimes();
        },
      },
    );
  }

  #baseline(family: Cumulative): FamilyBaseline {
    const known = this.#baselines.get(family.name);
    if (known?.fits(family) === true) return known;
    const baseline = new FamilyBaseline(family);
    this.#baselines.set(family.name, baseline);
    return baseline;
  }
}

class Batch implements DeltaBatch {
  readonly startTimeMs: number;
  readonly timeMs: number;
  readonly elapsedMs: number;
  readonly families: readonly FamilySnapshot[];
  readonly size: number;
  readonly #deltas: readonly FamilyDelta[];
  readonly #reader: { isNewest(): boolean; committedAll(): void };
  readonly #isCommitted: Uint8Array;
  #uncommitted: number;

  constructor(
    familyDeltas: readonly FamilyDelta[],
    times: Pick<DeltaBatch, 'startTimeMs' | 'timeMs' | 'elapsedMs'>,
    reader: { isNewest(): boolean; committedAll(): void },
  ) {
    this.startTimeMs = times.startTimeMs;
    this.timeMs = times.timeMs;
    this.elapsedMs = times.elapsedMs;
    this.#deltas = familyDeltas.filter(({ family }) => family.size > 0);
    this.families = familyDeltas.map(({ family }) => family);
    this.size = this.families.reduce((total, { size }) => total + size, 0);
    this.#reader = reader;
    this.#isCommitted = new Uint8Array(this.size);
    this.#uncommitted = this.size;
  }

  commit({ from, to }: PointRange = { from: 0, to: this.size }): void {
    if (!this.#reader.isNewest()) {
      throw new Error(
        '[core] A newer batch was read, so this one can no longer be committed. Commit a batch before reading the next.',
      );
    }
    const isPartial = from > 0 || to < this.size;
    let first = 0;
    for (const { family, commit } of this.#deltas) {
      const end = Math.min(to, first + family.size);
      for (let point = Math.max(from, first); point < end; point++) {
        if (this.#isCommitted[point] === 1) continue;
        this.#isCommitted[point] = 1;
        this.#uncommitted--;
        commit(point - first, isPartial);
      }
      first += family.size;
    }
    if (this.#uncommitted === 0) this.#reader.committedAll();
  }

  startTimesMs(family: FamilySnapshot): Float64Array {
    const delta = this.#deltas.find((candidate) => candidate.family === family);
    return Float64Array.from({ length: family.size }, (_, i) =>
      Math.min(this.timeMs - SMALLEST_STEP_MS, delta?.startOf(i) ?? this.startTimeMs),
    );
  }
}

function asItIs(family: FamilySnapshot, timeMs: number): FamilyDelta {
  return { family, commit: () => {}, startOf: (i) => family.startTimesMs[family.rows[i] ?? 0] ?? timeMs };
}
