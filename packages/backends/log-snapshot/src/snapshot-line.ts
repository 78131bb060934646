import type { FamilySnapshot, HistogramPoint, MetricsSnapshot } from '@sightline/core/backend';
import { joinedSeries, type SeriesPoint } from './joined-series.js';
import { largestEver } from './largest-ever.js';
import { lineNames } from './line-names.js';
import { histogramStatistics, summaryStatistics, type WindowStatistics } from './window-statistics.js';

/** `null` stands for a value of an external source that JSON cannot write (NaN, infinity). */
export type LineValue = number | null | WindowStatistics;
/** Without prototype, so that any label value or name is allowed, such as `__proto__`. */
export type LineMetrics = Record<string, LineValue | Record<string, LineValue>>;

export interface LineWindow {
  /** What changed within the window; gauges as they are. */
  readonly families: readonly FamilySnapshot[];
  readonly elapsedMs: number;
  /** The same families since their start, because a difference has no maximum. */
  readonly cumulative: MetricsSnapshot;
}

/**
 * The `metrics` object of a line: a number for a metric without labels, an object by joined label values for one with
 * labels, `{}` if no series has been seen yet.
 * @param lengthName the name of the window's length in seconds
 */
export function snapshotLine(
  { families, elapsedMs, cumulative }: LineWindow,
  keys: ReadonlyMap<string, string>,
  lengthName: 'window_seconds' | 'windowSeconds' = 'window_seconds',
): LineMetrics {
  const metrics: LineMetrics = Object.create(null);
  const ever = largestEver(cumulative);
  for (const [family, name] of lineNames(families, keys, lengthName)) {
    metrics[name] = familyValue(family, (series) => ever(family, series.index));
  }
  metrics[lengthName] = Math.round(elapsedMs) / 1000;
  return metrics;
}

function familyValue(
  family: FamilySnapshot,
  maxEver: (series: SeriesPoint) => number | undefined,
): LineValue | Record<string, LineValue> {
  // Totals of series that share a key are added. A sum of gauges or of statistics would be meaningless.
  const groups = joinedSeries(family, { separate: family.kind !== 'counter' });
  if (family.labelNames.length === 0) {
    const [members] = groups.values();
    return members === undefined ? emptyValue(family) : groupValue(members, maxEver);
  }
  const byKey: Record<string, LineValue> = Object.create(null);
  for (const [key, members] of groups) byKey[key] = groupValue(members, maxEver);
  return byKey;
}

function emptyValue(family: FamilySnapshot): LineValue {
  switch (family.kind) {
    case 'counter':
      return 0;
    case 'histogram':
    case 'summary':
      return { count: 0 };
    case 'gauge':
    case 'info':
      return null;
  }
}

/** A group has several points if a series ended and began again within the window, or if keys of a counter are equal. */
function groupValue(
  members: readonly [SeriesPoint, ...SeriesPoint[]],
  maxEver: (series: SeriesPoint) => number | undefined,
): LineValue {
  const last = members.at(-1) ?? members[0];
  switch (last.point.kind) {
    case 'counter':
      return finiteOrNull(members.reduce((sum, { point }) => sum + (point.kind === 'counter' ? point.value : 0), 0));
    case 'gauge':
    case 'info':
      return finiteOrNull(last.point.value);
    case 'histogram':
    case 'summary':
      return mergedStatistics(members.map((member) => statisticsOf(member, maxEver(member))));
  }
}

function statisticsOf({ point }: SeriesPoint, maxEver: number | undefined): WindowStatistics {
  if (point.kind === 'summary') return summaryStatistics(point);
  return point.kind === 'histogram' ? histogramStatistics(point satisfies HistogramPoint, maxEver) : { count: 0 };
}

/** Count, mean and maximum of all. Quantiles cannot be merged, so those of the point with most observations are used. */
function mergedStatistics(parts: readonly WindowStatistics[]): WindowStatistics {
  const observed = parts.filter(({ count }) => count > 0);
  const [largest] = observed.toSorted((a, b) => b.count - a.count);
  if (largest === undefined) return { count: 0 };
  if (observed.length === 1) return largest;
  const count = observed.reduce((total, part) => total + part.count, 0);
  const sum = observed.reduce((total, part) => total + (part.mean ?? 0) * part.count, 0);
  const maxima = observed.flatMap(({ max }) => (max === undefined ? [] : [max]));
  return { ...largest, count, mean: sum / count, ...(maxima.length === 0 ? {} : { max: Math.max(...maxima) }) };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
