import {
  type Exemplar,
  type ExponentialPoint,
  type FamilySnapshot,
  type HistogramSnapshot,
  type PointRange,
  ucumOf,
} from '@sightline/core/backend';
import { isHexId } from './hex-ids.js';
import { CUMULATIVE, type Temporality } from './message.js';

// Which points are sent, and what of them: the same in both encodings.

/** Families as read, with the times of their points. */
export interface Reading {
  readonly families: readonly FamilySnapshot[];
  /** Points in all families together. */
  readonly size: number;
  /** Unix time in milliseconds for every point. */
  readonly timeMs: number;
  /** Of counters, histograms and summaries. Other kinds have current values. */
  readonly temporality: Temporality;
  /** Whether exponential buckets are preferred to explicit ones, if core keeps them. */
  readonly prefersExponential: boolean;
  /** Unix time in milliseconds, by point, from which a counter, histogram or summary counts; 0 if unknown. */
  startTimesMs(family: FamilySnapshot): ArrayLike<number>;
  /** Whether a point of a counter, histogram or summary can be omitted because nothing has changed. */
  isIdle?(family: FamilySnapshot, i: number): boolean;
}

/** Calls `visit` with the points of each family that are to be sent, of those for which `isVisited` is true. @returns how many they are */
export function eachFamily(
  reading: Reading,
  range: PointRange,
  visit: (family: FamilySnapshot, points: readonly number[]) => void,
  isVisited: (family: FamilySnapshot) => boolean = () => true,
): number {
  let size = 0;
  let first = 0;
  for (const family of reading.families) {
    if (!isVisited(family)) {
      first += family.size;
      continue;
    }
    const points: number[] = [];
    const end = Math.min(family.size, range.to - first);
    for (let i = Math.max(0, range.from - first); i < end; i++) if (!reading.isIdle?.(family, i)) points.push(i);
    first += family.size;
    if (points.length === 0) continue;
    size += points.length;
    visit(family, points);
  }
  return size;
}

/** The unit: as an instrumentation declared it, or the code of ours. */
export function sentUnit({ unit, instrumentation }: FamilySnapshot): string {
  return instrumentation?.unit ?? ucumOf(unit);
}

/** Whether its values are current values; otherwise they are sums. */
export function isGauge(family: FamilySnapshot): boolean {
  return family.kind === 'gauge' && !family.isAdditive;
}

/** Where a point begins; 0 if unknown. If the clock was set back, a point must still not end before it starts. */
export function pointStartMs(startTimeMs: number, timeMs: number): number {
  return startTimeMs > 0 ? Math.min(startTimeMs, timeMs - 0.001) : 0;
}

/** The exponential histogram that is sent instead of explicit buckets, if one is. */
export function sentExponential(
  { bounds, exponential }: HistogramSnapshot,
  i: number,
  { prefersExponential }: Reading,
): ExponentialPoint | undefined {
  return prefersExponential || bounds.length === 0 ? exponential?.[i] : undefined;
}

/** Exponential buckets may start later than the series. */
export function exponentialStartMs({ startTimeMs }: ExponentialPoint, seriesStartMs: number): number {
  return seriesStartMs > 0 ? Math.max(seriesStartMs, startTimeMs) : startTimeMs;
}

/** A minimum and a maximum cannot be subtracted; only the first difference has them. */
export function sendsExtremes(min: number, max: number, temporality: Temporality): boolean {
  return temporality === CUMULATIVE && Number.isFinite(min) && Number.isFinite(max);
}

/** Whether it lies within the interval of its point and has valid ids. */
export function isSentExemplar({ timeMs, traceId, spanId }: Exemplar, startTimeMs: number): boolean {
  return timeMs >= startTimeMs && isHexId(traceId, 16) && isHexId(spanId, 8);
}

/** The string as a whole number if it is one; other strings, such as that of the overflow series, unchanged. */
export function integerOr(text: string): string | number {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : text;
}
