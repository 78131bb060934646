import {
  type CounterSnapshot,
  type Exemplar,
  type FamilySnapshot,
  type GaugeSnapshot,
  type HistogramSnapshot,
  type InfoSnapshot,
  prometheusFamilyName,
  type SummarySnapshot,
} from '@sightline/core/backend';
import { chunkBytes, type ExpositionBytes, escaped } from './exposition-bytes.js';
import type { ExpositionOptions } from './exposition-options.js';
import { type LabelWriter, labelWriter } from './label-writer.js';
import { boundText, valueText } from './number-text.js';
import { type PowerOfTwoBuckets, powerOfTwoBuckets } from './power-of-two-buckets.js';

export interface SampleOptions extends ExpositionOptions {
  /** The name of the family's plain samples in this format. */
  readonly name: string;
}

/** Writes the sample lines of one family. Yields a chunk when it is large enough. */
export function* writeSamples(
  page: ExpositionBytes,
  family: FamilySnapshot,
  options: SampleOptions,
): Generator<Buffer, void, void> {
  const labels = labelWriter(family);
  const write = seriesWriter(family, labels, options);
  const writeCreated = createdWriter(family, labels, options);
  const isRepeated = family.origin === 'external' ? repetitionCheck(family) : undefined;
  for (let i = 0; i < family.size; i++) {
    if (isRepeated?.(i)) {
      options.onLeftOut?.(family.name, 'duplicate_series');
      continue;
    }
    if (write(page, i)) writeCreated?.(page, i);
    else options.onLeftOut?.(family.name, 'bad_value');
    page.keep();
    if (page.length >= chunkBytes) yield page.take();
  }
}

/** Whether a point has the labels of an earlier one. Our own series always differ. */
function repetitionCheck({ labelNames, labelValues, rows }: FamilySnapshot): (i: number) => boolean {
  const seen = new Set<string>();
  const width = labelNames.length;
  return (i) => {
    const first = (rows[i] ?? 0) * width;
    const key = JSON.stringify(labelValues.slice(first, first + width));
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  };
}

/** Writes all lines of point `i`. Returns false and writes nothing if the format cannot hold its value. */
type SeriesWriter = (page: ExpositionBytes, i: number) => boolean;

function seriesWriter(family: FamilySnapshot, labels: LabelWriter, options: SampleOptions): SeriesWriter {
  switch (family.kind) {
    case 'counter':
      return counterWriter(family, labels, options);
    case 'gauge':
    case 'info':
      return plainWriter(family, labels, options);
    case 'histogram':
      return histogramWriter(family, labels, options);
    case 'summary':
      return summaryWriter(family, labels, options);
  }
}

function counterWriter(
  { values, exemplars }: CounterSnapshot,
  labels: LabelWriter,
  { name, format }: SampleOptions,
): SeriesWriter {
  const open = sampleOpener(name, labels);
  const withExemplars = format === 'openmetrics' ? exemplars : undefined;
  return (page, i) => {
    const value = values[i] ?? Number.NaN;
    // Only an external counter can be negative or NaN; OpenMetrics forbids both.
    if (!(value >= 0)) return false;
    open(page, i);
    page.addValue(value);
    if (withExemplars !== undefined) page.addText(exemplarText(withExemplars.get(i)));
    page.add(lineEnd);
    return true;
  };
}

function plainWriter(
  { values }: GaugeSnapshot | InfoSnapshot,
  labels: LabelWriter,
  { name }: SampleOptions,
): SeriesWriter {
  const write = sampleWriter(name, labels);
  return (page, i) => {
    write(page, i, values[i] ?? Number.NaN);
    return true;
  };
}

function histogramWriter(
  family: HistogramSnapshot,
  labels: LabelWriter,
  { name, format }: SampleOptions,
): SeriesWriter {
  const { bounds, bucketCounts, sums, exemplars, exponential } = family;
  const width = bounds.length + 1;
  const bucketOpening = Buffer.from(`${name}_bucket{`);
  const leOf = (bound: number) => Buffer.from(`le="${boundText(bound)}"} `);
  const les = [...bounds, Number.POSITIVE_INFINITY].map(leOf);
  const [writeSum, writeCount] = [copyingWriter(`${name}_sum`), copyingWriter(`${name}_count`)];
  const withExemplars =
    format === 'openmetrics' && exemplars !== undefined && exemplars.size > 0 ? exemplars : undefined;
  const derived = bounds.length === 0 && exponential !== undefined ? powerOfTwoBuckets(family.unit) : undefined;
  const derivedLes = derived?.bounds.map(leOf);
  const hasNegativeBounds = (bounds[0] ?? 0) < 0;

  return (page, i) => {
    const start = page.length;
    page.add(bucketOpening);
    const labelStart = page.length;
    labels.write(page, i);
    const labelEnd = page.length;
    if (labelEnd > labelStart) page.add(comma);
    const opened = page.length;
    /** The first line already has its opening. */
    const openNext = () => {
      if (page.length > opened) page.addCopy(start, opened);
    };
    if (derived !== undefined && derivedLes !== undefined) {
      derivedCounts(family, i, derived).forEach((count, k) => {
        openNext();
        page.add(derivedLes[k] ?? lineEnd);
        page.addValue(count);
        page.add(lineEnd);
      });
    }
    const first = i * width;
    let total = 0;
    for (let k = 0; k < width; k++) {
      total += bucketCounts[first + k] ?? 0;
      openNext();
      page.add(les[k] ?? lineEnd);
      page.addValue(total);
      if (withExemplars !== undefined) page.addText(exemplarText(withExemplars.get(first + k)));
      page.add(lineEnd);
    }
    const sum = sums[i] ?? 0;
    // OpenMetrics: no sum and no count if observations may be negative, because a sum must not fall.
    if (format === 'openmetrics' && (hasNegativeBounds || !(sum >= 0))) return true;
    writeSum(page, labelStart, labelEnd, sum);
    writeCount(page, labelStart, labelEnd, total);
    return true;
  };
}

/** Cumulative counts at the bounds that the exponential histogram of point `i` knows exactly. */
function derivedCounts(
  { bucketCounts, exponential }: HistogramSnapshot,
  i: number,
  derived: PowerOfTwoBuckets,
): number[] {
  const point = exponential?.[i];
  if (point === undefined) return [];
  // An exponential histogram that began later counts less; it must never show more than the count.
  const total = bucketCounts[i] ?? 0;
  return derived.cumulated(point).map((count) => Math.min(count, total));
}

function summaryWriter(family: SummarySnapshot, labels: LabelWriter, { name, format }: SampleOptions): SeriesWriter {
  const { quantiles, quantileValues, sums, counts } = family;
  const quantileOpening = Buffer.from(`${name}{`);
  const tails = quantiles.map((quantile) =>
    Buffer.from(`${labels.isEmpty ? '' : ','}quantile="${boundText(quantile)}"} `),
  );
  const [writeSum, writeCount] = [sampleWriter(`${name}_sum`, labels), sampleWriter(`${name}_count`, labels)];
  const mayBeNegative = format === 'text';
  return (page, i) => {
    const count = counts[i] ?? 0;
    if (!(count >= 0)) return false;
    tails.forEach((tail, k) => {
      const value = quantileValues[i * quantiles.length + k] ?? Number.NaN;
      if (!mayBeNegative && value < 0) return;
      page.add(quantileOpening);
      labels.write(page, i);
      page.add(tail);
      page.addValue(value);
      page.add(lineEnd);
    });
    const sum = sums[i] ?? 0;
    if (mayBeNegative || sum >= 0) writeSum(page, i, sum);
    writeCount(page, i, count);
    return true;
  };
}

function createdWriter(
  family: FamilySnapshot,
  labels: LabelWriter,
  { format, createdTimestamps }: SampleOptions,
): ((page: ExpositionBytes, i: number) => void) | undefined {
  if (!createdTimestamps || format === 'text' || family.kind === 'gauge' || family.kind === 'info') return undefined;
  const write = sampleWriter(`${prometheusFamilyName(family)}_created`, labels);
  return (page, i) => {
    const startTimeMs = family.startTimesMs[family.rows[i] ?? 0] ?? 0;
    if (startTimeMs > 0) write(page, i, startTimeMs / 1000);
  };
}

/** Writes a whole line. */
function sampleWriter(name: string, labels: LabelWriter): (page: ExpositionBytes, i: number, value: number) => void {
  const open = sampleOpener(name, labels);
  return (page, i, value) => {
    open(page, i);
    page.addValue(value);
    page.add(lineEnd);
  };
}

/** Writes a whole line with the labels that are already written from `labelStart` to `labelEnd`. */
function copyingWriter(
  name: string,
): (page: ExpositionBytes, labelStart: number, labelEnd: number, value: number) => void {
  const [bare, opening] = [Buffer.from(`${name} `), Buffer.from(`${name}{`)];
  return (page, labelStart, labelEnd, value) => {
    if (labelEnd === labelStart) page.add(bare);
    else {
      page.add(opening);
      page.addCopy(labelStart, labelEnd);
      page.add(closing);
    }
    page.addValue(value);
    page.add(lineEnd);
  };
}

/** Writes a line up to its value. */
function sampleOpener(name: string, labels: LabelWriter): (page: ExpositionBytes, i: number) => void {
  const bare = Buffer.from(`${name} `);
  if (labels.isEmpty) return (page) => page.add(bare);
  const opening = Buffer.from(`${name}{`);
  const { isEmptyAt } = labels;
  return (page, i) => {
    if (isEmptyAt?.(i) === true) return page.add(bare);
    page.add(opening);
    labels.write(page, i);
    page.add(closing);
  };
}

const closing = Buffer.from('} ');
const comma = Buffer.from(',');
const lineEnd = Buffer.from('\n');

/** Empty if the labels exceed the 128 characters of OpenMetrics. */
function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return '';
  const { traceId, spanId, value, timeMs } = exemplar;
  if ('trace_id'.length + traceId.length + 'span_id'.length + spanId.length > 128) return '';
  return ` # {trace_id="${escaped(traceId)}",span_id="${escaped(spanId)}"} ${valueText(value)} ${timeMs / 1000}`;
}
