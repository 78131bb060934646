import {
  type Exemplar,
  type FamilySnapshot,
  type HistogramSnapshot,
  labelsOf,
  type SummarySnapshot,
} from '@sightline/core/backend';
import type { KeptSource } from '../services/kept-source.js';
import { REDACTED, type SafeTexts } from '../values/safe-texts.js';
import { HistogramLine } from './histogram-line.js';
import type { Line } from './line.js';
import type { Labels } from './line-head.js';
import type { MetricPart } from './metric-part.js';
import type { MetricStore } from './metric-store.js';
import { NumberLine } from './number-line.js';
import { SummaryLine } from './summary-line.js';

/** Takes a metric of a service's own collector: cumulative numbers, all series at once. */
export function takeFamily(store: MetricStore, family: FamilySnapshot, timeMs: number, source: KeptSource): void {
  const { name, help, unit = null, kind, size } = family;
  const metrics = store.begin(source);
  const part = store.part(metrics, { name, help, unit, kind }, size);
  if (part !== undefined) takePoints(store, part, family, timeMs);
  store.end(metrics);
}

function takePoints(store: MetricStore, part: MetricPart, family: FamilySnapshot, timeMs: number): void {
  const { size } = family;
  // A reading that was overtaken by a later one. If it is older by more than that, the clock was set back.
  if (timeMs < part.lastMs && timeMs > part.lastMs - OVERTAKEN_MS) return;
  part.isComplete = true;
  part.history.begin(timeMs);
  let unkept = 0;
  for (let i = 0; i < size; i++) {
    const line = lineOf(store, part, family, i);
    if (line === undefined) unkept++;
    else {
      takePoint(store, part, line, family, i, timeMs);
      line.head.lastMs = timeMs;
    }
  }
  if ((family.kind === 'counter' || family.kind === 'histogram') && family.exemplars !== undefined) {
    keepExemplars(store.texts, part, family, family.exemplars);
  }
  store.reported(part, timeMs, unkept);
}

const OVERTAKEN_MS = 500;

/** A row belongs to its series until a new start time marks another. Rows of external families mean nothing from read to read. */
function lineOf(store: MetricStore, part: MetricPart, family: FamilySnapshot, i: number): Line | undefined {
  const row = family.rows[i] as number;
  const startMs = family.startTimesMs[row] as number;
  const known = part.byRow[row];
  if (known !== undefined && known.head.startMs === startMs && fits(known, family)) {
    if (family.origin === 'own' || hasLabels(known, family, i)) return known;
  }
  if (known === undefined && family.origin === 'own' && store.isFull && !store.makesRoom()) return undefined;
  const line = store.line<Line>(
    part,
    keyOf(family, row),
    startMs,
    (each): each is Line => fits(each, family),
    () => safeLabels(store.texts, family, i),
    (head) => {
      switch (family.kind) {
        case 'histogram':
          return new HistogramLine(head, isExponential(family) ? undefined : family.bounds);
        case 'summary':
          return new SummaryLine(head);
        default:
          return new NumberLine(head, family.kind === 'counter');
      }
    },
  );
  if (line !== undefined || known !== undefined) part.byRow[row] = line;
  return line;
}

function fits(line: Line, family: FamilySnapshot): boolean {
  switch (family.kind) {
    case 'histogram':
      if (!(line instanceof HistogramLine)) return false;
      return isExponential(family)
        ? line.bounds === undefined
        : line.bounds === family.bounds || isSame(line.bounds, family.bounds);
    case 'summary':
      return line instanceof SummaryLine;
    default:
      return line instanceof NumberLine;
  }
}

function takePoint(
  store: MetricStore,
  part: MetricPart,
  line: Line,
  family: FamilySnapshot,
  i: number,
  timeMs: number,
): void {
  switch (family.kind) {
    case 'counter':
      return takeCounter(store, part, line as NumberLine, family.values[i] as number, timeMs);
    case 'gauge':
      return (line as NumberLine).gauge(family.values[i] as number);
    case 'info':
      (line as NumberLine).value = family.values[i] as number;
      return;
    case 'histogram':
      return takeHistogram(store, part, line as HistogramLine, family, i, timeMs);
    case 'summary':
      return takeSummary(store, part, line as SummaryLine, family, i, timeMs);
  }
}

function takeCounter(store: MetricStore, part: MetricPart, line: NumberLine, value: number, timeMs: number): void {
  if (!Number.isFinite(value)) return;
  if (!line.isNew) return line.cumulative(value, line.value);
  line.cumulative(value, isBaseline(store, part, line, timeMs) ? value : 0);
}

function takeHistogram(
  store: MetricStore,
  part: MetricPart,
  line: HistogramLine,
  family: HistogramSnapshot,
  i: number,
  timeMs: number,
): void {
  const isUnknown = line.isNew && isBaseline(store, part, line, timeMs);
  if (line.bounds === undefined) {
    const point = family.exponential?.[i];
    if (point !== undefined) line.exponential(point, isUnknown);
    return;
  }
  const { bucketCounts } = family;
  const width = family.bounds.length + 1;
  let count = 0;
  for (let k = i * width; k < (i + 1) * width; k++) count += bucketCounts[k] as number;
  line.explicit(count, family.sums[i] as number, bucketCounts, i * width, isUnknown);
}

function takeSummary(
  store: MetricStore,
  part: MetricPart,
  line: SummaryLine,
  family: SummarySnapshot,
  i: number,
  timeMs: number,
): void {
  const count = family.counts[i] as number;
  const sum = family.sums[i] as number;
  const former = { count: line.count, sum: line.sum };
  if (line.isNew) {
    const isUnknown = isBaseline(store, part, line, timeMs);
    former.count = isUnknown ? count : 0;
    former.sum = isUnknown ? sum : 0;
  }
  line.cumulative(count, sum, former);
  const { quantiles, quantileValues } = family;
  for (const [k, quantile] of quantiles.entries()) {
    line.quantile(quantile, quantileValues[i * quantiles.length + k] as number);
  }
}

/** Whether what a new line counted before is not known by when. Notes since when it is known. */
function isBaseline(store: MetricStore, part: MetricPart, { head }: Line, timeMs: number): boolean {
  const sinceMs = store.knownSince(part, head.startMs, timeMs);
  head.sinceMs = sinceMs ?? timeMs;
  return sinceMs === undefined;
}

/** With buckets of both kinds the explicit ones are shown: they are what the service chose. */
function isExponential(family: HistogramSnapshot): boolean {
  return family.bounds.length === 0 && family.exponential !== undefined;
}

function isSame(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a !== undefined && a.length === b.length && a.every((bound, i) => bound === b[i]);
}

function keyOf({ labelNames, labelValues }: FamilySnapshot, row: number): string {
  const values = labelValues.slice(row * labelNames.length, (row + 1) * labelNames.length);
  return values.length === 1 ? (values[0] as string) : values.join('\u0001');
}

function hasLabels({ head }: Line, { labelNames, labelValues, rows }: FamilySnapshot, i: number): boolean {
  const first = (rows[i] as number) * labelNames.length;
  return labelNames.every((name, k) => (head.labels[name] ?? '') === labelValues[first + k]);
}

function safeLabels(texts: SafeTexts, family: FamilySnapshot, i: number): Labels {
  const labels: Record<string, string> = Object.create(null);
  for (const each of [family.constantLabels, labelsOf(family, i)]) {
    for (const name of Object.keys(each)) {
      const key = texts.key(name);
      const value = each[name] as string;
      labels[key.name] = texts.isSecret(key, value) ? REDACTED : texts.text(value);
    }
  }
  return labels;
}

/** Keys of exemplars: the point, or the point times the number of buckets plus the bucket. */
function keepExemplars(
  texts: SafeTexts,
  part: MetricPart,
  family: FamilySnapshot,
  exemplars: ReadonlyMap<number, Exemplar>,
): void {
  const width = family.kind === 'histogram' ? family.bounds.length + 1 : 1;
  for (const [key, { timeMs, value, traceId, spanId }] of exemplars) {
    part.metric.exemplars.offer(timeMs, traceId, spanId, () => {
      const labels = safeLabels(texts, family, Math.floor(key / width));
      return { timeMs, value, traceId, spanId, labels };
    });
  }
}
