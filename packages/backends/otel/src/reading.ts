import type { Clock } from '@sightline/base';
import { deltas, type FamilySnapshot, type MetricsSource, type PointRange } from '@sightline/core/backend';
import type { Reading } from '@sightline/otlp/encode';
import { CUMULATIVE, DELTA } from '@sightline/otlp/encode';

/** The points of one push. */
export interface PushReading extends Reading {
  /** Marks points as settled, delivered or not: the next reading does not include them. */
  commit(range: PointRange): void;
}

export interface Reader {
  /** Runs a collection, then reads. Never rejects. */
  read(): Promise<PushReading>;
  shutdown(): void;
}

export interface ReaderOptions {
  readonly prefersExponential: boolean;
  readonly clock: Clock;
}

/** Cumulative totals: the next ones include what was not delivered. */
export function cumulativeReader(
  source: MetricsSource,
  { prefersExponential }: Pick<ReaderOptions, 'prefersExponential'>,
): Reader {
  const laterOf = forwardTime();
  return {
    async read() {
      const { families, timeMs } = await source.collect();
      return {
        families,
        size: families.reduce((total, { size }) => total + size, 0),
        timeMs: laterOf(timeMs),
        temporality: CUMULATIVE,
        prefersExponential,
        startTimesMs: seriesStarts(),
        commit() {},
      };
    },
    shutdown() {},
  };
}

/** Differences since the last delivery. A series is sent when it begins, with 0, and then only when it changes. */
export function deltaReader(source: MetricsSource, { prefersExponential, clock }: ReaderOptions): Reader {
  const reader = deltas(source, { includeUnchanged: true, clock });
  const laterOf = forwardTime();
  let isFirst = true;
  return {
    async read() {
      const batch = await reader.collect();
      const startsByFamily = new Map<FamilySnapshot, Float64Array>();
      const startTimesMs = (family: FamilySnapshot): Float64Array => {
        let starts = startsByFamily.get(family);
        if (starts === undefined) {
          starts = batch.startTimesMs(family);
          // Before the first delivery a difference holds everything that the series has counted.
          if (isFirst) starts = starts.map((ms, i) => (ms <= batch.startTimeMs ? seriesStart(family, i) || ms : ms));
          startsByFamily.set(family, starts);
        }
        return starts;
      };
      let left = batch.size;
      return {
        families: batch.families,
        size: batch.size,
        timeMs: laterOf(batch.timeMs),
        temporality: DELTA,
        prefersExponential,
        startTimesMs,
        isIdle: (family, i) => !isFirst && isZero(family, i) && startTimesMs(family)[i] !== seriesStart(family, i),
        commit(range) {
          batch.commit(range);
          left -= range.to - range.from;
          if (left <= 0) isFirst = false;
        },
      };
    },
    shutdown: () => reader.shutdown(),
  };
}

/** Caches by family, because every request of a push asks for the same. */
function seriesStarts(): (family: FamilySnapshot) => Float64Array {
  const startsByFamily = new Map<FamilySnapshot, Float64Array>();
  return (family) => {
    const known = startsByFamily.get(family);
    if (known !== undefined) return known;
    const starts = new Float64Array(family.size);
    for (let i = 0; i < starts.length; i++) starts[i] = seriesStart(family, i);
    startsByFamily.set(family, starts);
    return starts;
  };
}

function seriesStart({ startTimesMs, rows }: FamilySnapshot, i: number): number {
  return startTimesMs[rows[i] ?? 0] ?? 0;
}

function isZero(family: FamilySnapshot, i: number): boolean {
  switch (family.kind) {
    case 'counter':
      return family.values[i] === 0;
    case 'summary':
      return family.counts[i] === 0;
    case 'histogram': {
      const width = family.bounds.length + 1;
      for (let k = i * width; k < (i + 1) * width; k++) if (family.bucketCounts[k] !== 0) return false;
      return (family.exponential?.[i]?.count ?? 0) === 0;
    }
    default:
      return false;
  }
}

/** Receivers drop points older than their newest. So after the clock is set back, the time stands still until it catches up. */
function forwardTime(): (timeMs: number) => number {
  let lastMs = 0;
  return (timeMs) => {
    lastMs = Math.max(lastMs, timeMs);
    return lastMs;
  };
}
