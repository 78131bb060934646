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
import { type LabelWriter, labelWriter } from './label-writer.js';
import { boundText, valueText } from './number-text.js';
import { escaped, type PageBytes, pieceBytes } from './page-bytes.js';
import type { PageOptions } from './page-options.js';
import { type PowerOfTwoBuckets, powerOfTwoBuckets } from './power-of-two-buckets.js';

export interface SampleOptions extends PageOptions {
  /** Name of the family's plain samples in this format. */
  readonly name: string;
}

/** Writes the sample lines of one family, and hands over a piece of the page when it is large enough. */
export function* writeSamples(
  page: PageBytes,
  family: FamilySnapshot,
  options: SampleOptions,
): Generator<Buffer, void, void> {
  const labels = labelWriter(family);
  const write = seriesWriter(family, labels, options);
  const writeCreated = createdWriter(family, labels, options);
  const isRepeated = family.origin === 'foreign' ? repetitionCheck(family) : undefined;
  for (let i = 0; i < family.size; i++) {
    if (isRepeated?.(i)) {
      options.onLeftOut?.(family.name, 'duplicate_series');
      continue;
    }
    if (write(page, i)) writeCreated?.(page, i);
    else options.onLeftOut?.(family.name, 'bad_value');
    page.keep();
    if (page.length >= pieceBytes) yield page.take();
  }
}

/** Whether a point has the labels of one before it. Our own series differ in their labels by construction. */
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

/** Writes all lines of point `i`; false, with nothing written, where this format has no place for its value. */
type SeriesWriter = (page: PageBytes, i: number) => boolean;

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
    // Only a foreign counter can be negative or NaN; OpenMetrics forbids both.
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
    /** The opening stands there for the first line. */
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
    // OpenMetrics has neither sum nor count where observations may be negative: a sum must not fall.
    if (format === 'openmetrics' && (hasNegativeBounds || !(sum >= 0))) return true;
    writeSum(page, labelStart, labelEnd, sum);
    writeCount(page, labelStart, labelEnd, total);
    return true;
  };
}

/** Cumulated counts at the bounds that the exponential side of point `i` knows exactly. */
function derivedCounts(
  { bucketCounts, exponential }: HistogramSnapshot,
  i: number,
  derived: PowerOfTwoBuckets,
): number[] {
  const point = exponential?.[i];
  if (point === undefined) return [];
  // An exponential side that began later knows less than the count; it must never claim more.
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
): ((page: PageBytes, i: number) => void) | undefined {
  if (!createdTimestamps || format === 'text' || family.kind === 'gauge' || family.kind === 'info') return undefined;
  const write = sampleWriter(`${prometheusFamilyName(family)}_created`, labels);
  return (page, i) => {
    const startTimeMs = family.startTimesMs[family.rows[i] ?? 0] ?? 0;
    if (startTimeMs > 0) write(page, i, startTimeMs / 1000);
  };
}

/** Writes a whole line. */
function sampleWriter(name: string, labels: LabelWriter): (page: PageBytes, i: number, value: number) => void {
  const open = sampleOpener(name, labels);
  return (page, i, value) => {
    open(page, i);
    page.addValue(value);
    page.add(lineEnd);
  };
}

/** Writes a whole line with labels that the page has from `labelStart` to `labelEnd`. */
function copyingWriter(name: string): (page: PageBytes, labelStart: number, labelEnd: number, value: number) => void {
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
function sampleOpener(name: string, labels: LabelWriter): (page: PageBytes, i: number) => void {
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

/** Empty where the labels would be longer than the 128 characters that OpenMetrics allows. */
function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return '';
  const { traceId, spanId, value, timeMs } = exemplar;
  if ('trace_id'.length + traceId.length + 'span_id'.length + spanId.length > 128) return '';
  return ` # {trace_id="${escaped(traceId)}",span_id="${escaped(spanId)}"} ${valueText(value)} ${timeMs / 1000}`;
}
