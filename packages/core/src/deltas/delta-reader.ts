import { type Clock, systemClock } from '@sightline/base';
import type { MetricsSnapshot, MetricsSource } from '../collection/metrics-source.js';
import type { Cumulative } from '../store/cumulative-columns.js';
import type { FamilySnapshot } from '../store/family-snapshot.js';
import { SMALLEST_STEP_MS } from '../store/series-starts.js';
import { FamilyBaseline } from './family-baseline.js';
import type { FamilyDelta } from './family-delta.js';

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
  /**
   * Unix time in milliseconds, by point of one of `families`, from which each difference counts: the point's last commit,
   * or the start of its series if that is later.
   */
  startTimesMs(family: FamilySnapshot): Float64Array;
}

/** Points `from` <= i < `to`, numbered through the families of a batch. */
export interface PointRange {
  readonly from: number;
  readonly to: number;
}

export interface DeltaOptions {
  /** Whether counters and histograms that did not change are in a batch too, as 0. Default false. */
  includeUnchanged?: boolean | undefined;
}

/** A reader of differences. It starts from nothing: its first batch holds all that was recorded so far. */
export function deltas(source: MetricsSource, options: DeltaOptions & { clock?: Clock | undefined } = {}): DeltaReader {
  return new Reader(source, options.includeUnchanged === true, options.clock ?? systemClock);
}

class Reader implements DeltaReader {
  readonly #source: MetricsSource;
  readonly #includeUnchanged: boolean;
  readonly #clock: Clock;
  readonly #baselines = new Map<string, FamilyBaseline>();
  readonly #stopListening: () => void;
  #committed: { timeMs: number; monotonicMs: number };
  #reads = 0;

  constructor(source: MetricsSource, includeUnchanged: boolean, clock: Clock) {
    this.#source = source;
    this.#includeUnchanged = includeUnchanged;
    this.#clock = clock;
    this.#committed = { timeMs: clock.now(), monotonicMs: clock.monotonicMs() };
    this.#stopListening = source.onSeriesEnded((ended) => {
      if (ended.kind !== 'gauge' && ended.kind !== 'info') this.#baseline(ended).keepEnded(ended);
    });
  }

  async collect(): Promise<DeltaBatch> {
    return this.#batch(await this.#source.collect());
  }

  read(): DeltaBatch {
    return this.#batch(this.#source.snapshot());
  }

  close(): void {
    this.#stopListening();
    this.#baselines.clear();
  }

  #batch({ timeMs: nowMs, families }: MetricsSnapshot): DeltaBatch {
    const startTimeMs = this.#committed.timeMs;
    // The machine's clock may have been set back, or stand still; a difference is about some time all the same.
    const timeMs = Math.max(startTimeMs + SMALLEST_STEP_MS, nowMs);
    const monotonicMs = this.#clock.monotonicMs();
    const elapsedMs = monotonicMs - this.#committed.monotonicMs;
    const parts: FamilyDelta[] = families.map((family) => {
      if (family.kind === 'gauge' || family.kind === 'info') return asItIs(family, timeMs);
      return this.#baseline(family).delta(family, this.#includeUnchanged, { startTimeMs, timeMs });
    });
    const read = ++this.#reads; // not the batch itself, which would be kept until the next read
    return new Batch(
      parts,
      { startTimeMs, timeMs, elapsedMs },
      {
        isNewest: () => this.#reads === read,
        committedWhole: () => {
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
  readonly #parts: readonly FamilyDelta[];
  readonly #reader: { isNewest(): boolean; committedWhole(): void };
  readonly #isCommitted: Uint8Array;
  #uncommitted: number;

  constructor(
    parts: readonly FamilyDelta[],
    times: Pick<DeltaBatch, 'startTimeMs' | 'timeMs' | 'elapsedMs'>,
    reader: { isNewest(): boolean; committedWhole(): void },
  ) {
    this.startTimeMs = times.startTimeMs;
    this.timeMs = times.timeMs;
    this.elapsedMs = times.elapsedMs;
    this.#parts = parts.filter(({ family }) => family.size > 0);
    this.families = parts.map(({ family }) => family);
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
    for (const { family, commit } of this.#parts) {
      const end = Math.min(to, first + family.size);
      for (let point = Math.max(from, first); point < end; point++) {
        if (this.#isCommitted[point] === 1) continue;
        this.#isCommitted[point] = 1;
        this.#uncommitted--;
        commit(point - first, isPartial);
      }
      first += family.size;
    }
    if (this.#uncommitted === 0) this.#reader.committedWhole();
  }

  startTimesMs(family: FamilySnapshot): Float64Array {
    const part = this.#parts.find((candidate) => candidate.family === family);
    return Float64Array.from({ length: family.size }, (_, i) =>
      Math.min(this.timeMs - SMALLEST_STEP_MS, part?.startOf(i) ?? this.startTimeMs),
    );
  }
}

function asItIs(family: FamilySnapshot, timeMs: number): FamilyDelta {
  return { family, commit: () => {}, startOf: (i) => family.startTimesMs[family.rows[i] ?? 0] ?? timeMs };
}
