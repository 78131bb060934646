import {
  type CounterSnapshot,
  type Exemplar,
  type FamilySnapshot,
  type GaugeSnapshot,
  type HistogramSnapshot,
  type InfoSnapshot,
  prometheusFamilyName,
  type SummarySnapshot,
} from '@sightline/core';
import { escaped } from './label-text.js';
import { boundText, valueText } from './number-text.js';
import type { PageOptions } from './page-options.js';
import { type PowerOfTwoBuckets, powerOfTwoBuckets } from './power-of-two-buckets.js';

export interface LineContext extends PageOptions {
  /** Name of the family's plain samples in this format. */
  readonly name: string;
  readonly labels: (i: number) => string;
}

/** The sample lines of one family, one text per series, so that a series is never cut by what happens between pieces. */
export function* sampleLines(family: FamilySnapshot, context: LineContext): Generator<string, void, void> {
  const write = seriesWriter(family, context);
  const created = createdWriter(family, context);
  // Our own series differ in their labels by construction.
  const seen = family.origin === 'foreign' ? new Set<string>() : undefined;
  let text = '';
  for (let i = 0; i < family.size; i++) {
    const labels = context.labels(i);
    if (seen?.has(labels)) {
      context.onLeftOut?.(family.name, 'duplicate_series');
      continue;
    }
    seen?.add(labels);
    const lines = write(i, labels);
    if (lines === '') context.onLeftOut?.(family.name, 'bad_value');
    else text += created === undefined ? lines : lines + created(i, labels);
    if (text.length < batchLength) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/** Several series to a step: a generator's step costs as much as a line. */
const batchLength = 4096;

type SeriesWriter = (i: number, labels: string) => string;

function seriesWriter(family: FamilySnapshot, context: LineContext): SeriesWriter {
  switch (family.kind) {
    case 'counter':
      return counterWriter(family, context);
    case 'gauge':
    case 'info':
      return plainWriter(family, context);
    case 'histogram':
      return histogramWriter(family, context);
    case 'summary':
      return summaryWriter(family, context);
  }
}

function counterWriter({ values, exemplars }: CounterSnapshot, { name, format }: LineContext): SeriesWriter {
  const withExemplars = format === 'openmetrics' ? exemplars : undefined;
  return (i, labels) => {
    const value = values[i] ?? Number.NaN;
    // Only a foreign counter can be negative or NaN; OpenMetrics forbids both.
    return value >= 0 ? `${sample(name, labels, value)}${exemplarText(withExemplars?.get(i))}\n` : '';
  };
}

function plainWriter({ values }: GaugeSnapshot | InfoSnapshot, { name }: LineContext): SeriesWriter {
  return (i, labels) => `${sample(name, labels, values[i] ?? Number.NaN)}\n`;
}

function histogramWriter(family: HistogramSnapshot, { name, format }: LineContext): SeriesWriter {
  const { bounds, bucketCounts, sums, exemplars, exponential } = family;
  const width = bounds.length + 1;
  const les = [...bounds, Number.POSITIVE_INFINITY].map(leText);
  const withExemplars =
    format === 'openmetrics' && exemplars !== undefined && exemplars.size > 0 ? exemplars : undefined;
  const derived = bounds.length === 0 && exponential !== undefined ? powerOfTwoBuckets(exponential) : undefined;
  const derivedLes = derived?.bounds.map(leText);
  const hasNegativeBounds = (bounds[0] ?? 0) < 0;

  return (i, labels) => {
    const opening = labels === '' ? `${name}_bucket{le="` : `${name}_bucket{${labels},le="`;
    const first = i * width;
    let total = 0;
    let text = '';
    if (derived !== undefined && derivedLes !== undefined) {
      text = derivedLines(family, i, opening, derived, derivedLes);
    }
    for (let k = 0; k < width; k++) {
      total += bucketCounts[first + k] ?? 0;
      text += opening + les[k] + total;
      if (withExemplars !== undefined) text += exemplarText(withExemplars.get(first + k));
      text += '\n';
    }
    const sum = sums[i] ?? 0;
    // OpenMetrics has neither sum nor count where observations may be negative: a sum must not fall.
    if (format === 'openmetrics' && (hasNegativeBounds || !(sum >= 0))) return text;
    return `${text}${sample(`${name}_sum`, labels, sum)}\n${sample(`${name}_count`, labels, total)}\n`;
  };
}

/** Lines for the bounds that the exponential side of point `i` knows exactly. */
function derivedLines(
  { bucketCounts, exponential }: HistogramSnapshot,
  i: number,
  opening: string,
  derived: PowerOfTwoBuckets,
  les: readonly string[],
): string {
  const point = exponential?.[i];
  if (point === undefined) return '';
  // An exponential side that began later knows less than the count; it must never claim more.
  const total = bucketCounts[i] ?? 0;
  return derived
    .cumulated(point)
    .map((count, k) => `${opening}${les[k]}${Math.min(count, total)}\n`)
    .join('');
}

function summaryWriter(family: SummarySnapshot, { name, format }: LineContext): SeriesWriter {
  const { quantiles, quantileValues, sums, counts } = family;
  const tails = quantiles.map((quantile) => `quantile="${boundText(quantile)}"`);
  const mayBeNegative = format === 'text';
  return (i, labels) => {
    let text = '';
    tails.forEach((tail, k) => {
      const value = quantileValues[i * quantiles.length + k] ?? Number.NaN;
      if (!mayBeNegative && value < 0) return;
      text += `${sample(name, labels === '' ? tail : `${labels},${tail}`, value)}\n`;
    });
    const sum = sums[i] ?? 0;
    if (mayBeNegative || sum >= 0) text += `${sample(`${name}_sum`, labels, sum)}\n`;
    const count = counts[i] ?? 0;
    return count >= 0 ? `${text}${sample(`${name}_count`, labels, count)}\n` : '';
  };
}

function createdWriter(family: FamilySnapshot, { format, createdTimestamps }: LineContext): SeriesWriter | undefined {
  if (!createdTimestamps || format === 'text' || family.kind === 'gauge' || family.kind === 'info') return undefined;
  const name = `${prometheusFamilyName(family)}_created`;
  return (i, labels) => {
    const startTimeMs = family.startTimesMs[family.rows[i] ?? 0] ?? 0;
    return startTimeMs > 0 ? `${sample(name, labels, startTimeMs / 1000)}\n` : '';
  };
}

function sample(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${valueText(value)}` : `${name}{${labels}} ${valueText(value)}`;
}

function leText(bound: number): string {
  return `${boundText(bound)}"} `;
}

/** Empty where the labels would be longer than the 128 characters that OpenMetrics allows. */
function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return '';
  const { traceId, spanId, value, timeMs } = exemplar;
  if ('trace_id'.length + traceId.length + 'span_id'.length + spanId.length > 128) return '';
  return ` # {trace_id="${escaped(traceId)}",span_id="${escaped(spanId)}"} ${valueText(value)} ${timeMs / 1000}`;
}
