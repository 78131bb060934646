import type { ExponentialPoint } from '@sightline/core/backend';
import { unitOfUcum } from '@sightline/core/backend';
import type {
  DecodedExemplar,
  DecodedExponentialPoint,
  DecodedHistogramPoint,
  DecodedMetric,
  DecodedNumberPoint,
  DecodedPoint,
  DecodedSummaryPoint,
} from '@sightline/otlp/decode';
import { DELTA } from '@sightline/otlp/encode';
import type { KeptSource } from '../services/kept-source.js';
import { HistogramLine, MAX_BOUNDS } from './histogram-line.js';
import type { Line } from './line.js';
import type { LineHead } from './line-head.js';
import type { MetricPart } from './metric-part.js';
import type { MetricFacts, MetricStore } from './metric-store.js';
import { NumberLine } from './number-line.js';
import { keepExemplars, msOf } from './otlp-exemplars.js';
import { labelsKey, labelsOf } from './otlp-labels.js';
import { SummaryLine } from './summary-line.js';

/** Takes the points of a metric of any kind and temporality (OpenTelemetry's metrics data model). */
export function takeMetric(store: MetricStore, metric: DecodedMetric, source: KeptSource): void {
  const metrics = store.begin(source);
  const part = store.part(metrics, factsOf(metric), metric.points.length);
  if (part !== undefined) takePoints(store, metric, part);
  store.end(metrics);
}

function takePoints(store: MetricStore, metric: DecodedMetric, part: MetricPart): void {
  const isDelta = 'temporality' in metric && metric.temporality === DELTA;
  const context: PointContext = { store, part, isDelta };
  let newestMs = 0;
  for (const point of metric.points) {
    const timeMs = msOf(point.seconds, point.nanos);
    if (!(timeMs > 0)) {
      store.invalid++;
      continue;
    }
    newestMs = Math.max(newestMs, timeMs);
    if ((point.flags & NO_RECORDED_VALUE) !== 0) continue; // the series has ended: nothing is known of now
    part.history.begin(timeMs);
    const line = takePoint(context, metric, point, timeMs);
    if (line !== undefined) line.head.lastMs = Math.max(line.head.lastMs, timeMs);
  }
  store.reported(part, newestMs);
}

/** @returns the line that took it; `undefined` if none did */
function takePoint(
  context: PointContext,
  metric: DecodedMetric,
  point: DecodedPoint,
  timeMs: number,
): Line | undefined {
  switch (metric.kind) {
    case 'gauge':
      return takeNumber(context, point as DecodedNumberPoint, timeMs, false);
    case 'sum':
      return takeNumber(context, point as DecodedNumberPoint, timeMs, metric.isMonotonic);
    case 'histogram':
      return takeHistogram(context, point as DecodedHistogramPoint, timeMs);
    case 'exponentialHistogram':
      return takeExponential(context, point as DecodedExponentialPoint, timeMs);
    case 'summary':
      return takeSummary(context, point as DecodedSummaryPoint, timeMs);
  }
}

interface PointContext {
  readonly store: MetricStore;
  readonly part: MetricPart;
  readonly isDelta: boolean;
}

/** Bit 0 of a point's flags. */
const NO_RECORDED_VALUE = 1;

function factsOf(metric: DecodedMetric): MetricFacts {
  const { name, description: help, unit } = metric;
  return { name, help, unit: unitOf(unit, name), kind: kindOf(metric) };
}

function kindOf(metric: DecodedMetric): MetricFacts['kind'] {
  switch (metric.kind) {
    case 'sum':
      return metric.isMonotonic ? 'counter' : 'gauge';
    case 'exponentialHistogram':
      return 'histogram';
    default:
      return metric.kind;
  }
}

/** `s` is `seconds`, `{request}` is `request`; an unknown code stays. `1` is of counts as well as of shares: only the name tells. */
function unitOf(code: string, name: string): string | null {
  if (code === '' || (code === '1' && !isShare.test(name))) return null;
  return unitOfUcum(code) ?? (/^\{.+\}$/.test(code) ? code.slice(1, -1) : code);
}

const isShare = /ratio|utili[sz]ation|share|fraction|probability|percent/i;

function takeNumber(
  context: PointContext,
  point: DecodedNumberPoint,
  timeMs: number,
  isCounter: boolean,
): Line | undefined {
  const { store, part, isDelta } = context;
  const value = Number(point.value);
  if (point.value === undefined || (isCounter && !(value >= 0 && value < Number.POSITIVE_INFINITY))) {
    store.invalid++;
    return undefined;
  }
  // A gauge has no start that matters.
  const startMs = isCounter ? startOf(point, isDelta) : 0;
  const line = lineOf(context, point, timeMs, startMs, isNumberLine, (head) => new NumberLine(head, isCounter));
  if (line === undefined) return undefined;
  if (isDelta) {
    if (isCounter) line.delta(value);
    else line.gauge((line.isNew ? 0 : line.value) + value);
  } else if (!isCounter) line.gauge(value);
  else if (line.isNew) {
    const sinceMs = store.knownSince(part, startMs, timeMs);
    line.head.sinceMs = sinceMs ?? timeMs;
    line.cumulative(value, sinceMs === undefined ? value : 0);
  } else line.cumulative(value, line.value);
  return line;
}

function takeHistogram(context: PointContext, point: DecodedHistogramPoint, timeMs: number): Line | undefined {
  const { count, bucketCounts, explicitBounds, sum = Number.NaN } = point;
  const hasBuckets = bucketCounts.length > 0 && bucketCounts.length <= MAX_BOUNDS + 1;
  if (bucketCounts.length > 0 && (bucketCounts.length !== explicitBounds.length + 1 || !isAscending(explicitBounds))) {
    context.store.invalid++;
    return undefined;
  }
  const startMs = startOf(point, context.isDelta);
  const bounds = hasBuckets ? explicitBounds : [];
  const matches = (line: Line): line is HistogramLine => line instanceof HistogramLine && isSame(line.bounds, bounds);
  const line = lineOf(context, point, timeMs, startMs, matches, (head) => new HistogramLine(head, bounds));
  if (line === undefined) return undefined;
  const counts = hasBuckets ? bucketCounts : [];
  if (context.isDelta) line.explicitDelta(count, sum, counts);
  else line.explicit(count, sum, counts, 0, beginsUnknown(context, line, startMs, timeMs));
  return line;
}

function takeExponential(context: PointContext, point: DecodedExponentialPoint, timeMs: number): Line | undefined {
  const { scale } = point;
  if (!(scale >= -10 && scale <= 20)) {
    context.store.invalid++;
    return undefined;
  }
  const startMs = startOf(point, context.isDelta);
  const line = lineOf(context, point, timeMs, startMs, isExponential, (head) => new HistogramLine(head, undefined));
  if (line === undefined) return undefined;
  if (context.isDelta) line.exponentialDelta(exponentialOf(point));
  else line.exponential(exponentialOf(point), beginsUnknown(context, line, startMs, timeMs));
  return line;
}

function takeSummary(context: PointContext, point: DecodedSummaryPoint, timeMs: number): Line | undefined {
  const startMs = startOf(point, context.isDelta);
  const line = lineOf(context, point, timeMs, startMs, isSummary, (head) => new SummaryLine(head));
  if (line === undefined) return undefined;
  const { count, sum } = point;
  const isBaseline = beginsUnknown(context, line, startMs, timeMs);
  const former = isBaseline ? { count, sum } : line.isNew ? { count: 0, sum: 0 } : { count: line.count, sum: line.sum };
  line.cumulative(count, sum, former);
  for (const { quantile, value } of point.quantiles) line.quantile(quantile, value);
  return line;
}

/** The line of a point's labels, for a point that says something new; its exemplars are kept in any case. */
function lineOf<T extends Line>(
  { store, part, isDelta }: PointContext,
  point: DecodedPoint & { readonly exemplars?: readonly DecodedExemplar[] },
  timeMs: number,
  startMs: number,
  matches: (line: Line) => line is T,
  begin: (head: LineHead) => T,
): T | undefined {
  const key = labelsKey(point.attributes);
  const line = store.line(part, key, startMs, matches, () => labelsOf(store.texts, point.attributes), begin);
  if (line === undefined) return undefined;
  keepExemplars(store.texts, part.metric, line.head.labels, point.exemplars ?? []);
  if (!isInOrder(line, timeMs, isDelta)) return undefined;
  if (isDelta && line.isNew) line.head.sinceMs = startOfDelta(point, part, timeMs);
  return line;
}

/** Whether what a new line counted before is not known by when. Notes since when it is known. */
function beginsUnknown(
  { store, part }: PointContext,
  line: HistogramLine | SummaryLine,
  startMs: number,
  timeMs: number,
): boolean {
  if (!line.isNew) return false;
  const sinceMs = store.knownSince(part, startMs, timeMs);
  line.head.sinceMs = sinceMs ?? timeMs;
  return sinceMs === undefined;
}

/** A cumulative point that is no newer than the last says nothing new: senders repeat requests that were not confirmed. */
function isInOrder({ head }: Line, timeMs: number, isDelta: boolean): boolean {
  return isDelta ? timeMs !== head.lastMs : timeMs > head.lastMs;
}

/** 0 for a difference, which begins where the one before ends. */
function startOf(point: DecodedPoint, isDelta: boolean): number {
  return isDelta ? 0 : msOf(point.startSeconds, point.startNanos);
}

function startOfDelta(point: DecodedPoint, part: MetricPart, timeMs: number): number {
  const startMs = startOf(point, false);
  return startMs > 0 && startMs < timeMs ? startMs : part.lastMs || timeMs - 1000;
}

function isNumberLine(line: Line): line is NumberLine {
  return line instanceof NumberLine;
}

function isExponential(line: Line): line is HistogramLine {
  return line instanceof HistogramLine && line.bounds === undefined;
}

function isSummary(line: Line): line is SummaryLine {
  return line instanceof SummaryLine;
}

function isSame(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a !== undefined && a.length === b.length && a.every((bound, i) => bound === b[i]);
}

function isAscending(bounds: readonly number[]): boolean {
  for (let i = 1; i < bounds.length; i++) if (!((bounds[i] as number) > (bounds[i - 1] as number))) return false;
  return !bounds.some(Number.isNaN);
}

function exponentialOf(point: DecodedExponentialPoint): ExponentialPoint {
  const { scale, count, sum = Number.NaN, zeroCount, positive, negative } = point;
  return {
    scale,
    count,
    sum,
    min: point.min ?? Number.NaN,
    max: point.max ?? Number.NaN,
    zeroCount,
    positive: { offset: positive.offset, counts: positive.bucketCounts },
    negative: { offset: negative.offset, counts: negative.bucketCounts },
    startTimeMs: startOf(point, false),
  };
}
