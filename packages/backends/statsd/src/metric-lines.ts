import type { FamilySnapshot, HistogramPoint, HistogramSnapshot, SummarySnapshot } from '@sightline/core/backend';
import type { Dialect, SeriesText } from './dialect.js';
import { rateField } from './exact-rate.js';
import { histogramTypeOf } from './histogram-type.js';
import { plainDecimal } from './plain-decimal.js';
import { quantileEnding } from './plain-dialect.js';
import { sampledValues } from './sampled-values.js';

export interface LineSettings {
  /** The type for durations; see `histogramTypeOf` for others. */
  readonly histogramType: 'd' | 'h' | 'ms';
  /** Maximum values per series and push. */
  readonly histogramValues: number;
  readonly sampleRates: boolean;
  readonly maxLineBytes: number;
}

/** Why values are not sent, as the label value of a self-metric. */
export type DropReason = 'not_finite' | 'negative_timer' | 'sampled_out' | 'oversize';

export interface LineContext {
  readonly dialect: Dialect;
  readonly settings: LineSettings;
  dropped(reason: DropReason, count: number): void;
  /** Whether to announce a counter that has counted nothing with a 0. */
  announces(family: FamilySnapshot, i: number): boolean;
}

/**
 * Returns a function with the lines of each point. A string with a line break must arrive as a whole. A histogram has as many lines
 * as necessary; a point without news has none.
 */
export function metricLines(family: FamilySnapshot, context: LineContext): (i: number) => string[] {
  switch (family.kind) {
    case 'counter': {
      const text = context.dialect.series(family);
      return (i) => counterLines(text, i, family.values[i] ?? 0, context, () => context.announces(family, i));
    }
    case 'gauge':
    case 'info': {
      const text = context.dialect.series(family);
      return (i) => gaugeLines(text, i, family.values[i] ?? 0, context);
    }
    case 'histogram':
      return histogramLines(family, context);
    case 'summary':
      return summaryLines(family, context);
  }
}

function counterLines(
  text: SeriesText,
  i: number,
  added: number,
  { dropped }: LineContext,
  announces: () => boolean = () => false,
): string[] {
  if (!Number.isFinite(added)) {
    dropped('not_finite', 1);
    return [];
  }
  return added === 0 && !announces() ? [] : [`${text.head(i)}${plainDecimal(added)}|c${text.tail(i)}`];
}

/** A leading sign means "add" to most servers, so a negative value is sent after a 0, in one datagram. */
function gaugeLines(text: SeriesText, i: number, value: number, { dropped }: LineContext): string[] {
  if (!Number.isFinite(value)) {
    dropped('not_finite', 1);
    return [];
  }
  const head = text.head(i);
  const tail = `|g${text.tail(i)}`;
  const line = `${head}${plainDecimal(value)}${tail}`;
  return [value < 0 ? `${head}0${tail}\n${line}` : line];
}

function histogramLines(family: HistogramSnapshot, context: LineContext): (i: number) => string[] {
  const { dialect, settings, dropped } = context;
  const text = dialect.series(family);
  const { type, factor } = histogramTypeOf(family, settings.histogramType, dialect);
  return (i) => {
    const point = histogramPoint(family, i);
    if (!(point.count > 0)) return [];
    const { samples, left } = sampledValues(point, {
      max: settings.histogramValues,
      hasRates: settings.sampleRates,
    });
    if (left > 0) dropped('sampled_out', left);
    const head = text.head(i);
    return samples.flatMap(({ weight, values }) => {
      const end = `|${type}${rateField(weight)}${text.tail(i)}`;
      const sent = values
        .map((value) => value * factor)
        .filter((value) => {
          const reason = refusal(value, dialect);
          if (reason !== undefined) dropped(reason, weight);
          return reason === undefined;
        });
      const numbers = sent.map((value) => plainDecimal(Number(value.toPrecision(10))));
      if (!dialect.packsValues) return numbers.map((number) => head + number + end);
      return packed(head, numbers, end, settings.maxLineBytes);
    });
  };
}

/** Point `i` as an object. Cheaper than `pointsOf(family)`, which makes objects of all points. */
function histogramPoint(family: HistogramSnapshot, i: number): HistogramPoint {
  const width = family.bounds.length + 1;
  const bucketCounts = Array.from(family.bucketCounts.subarray(i * width, (i + 1) * width));
  return {
    count: bucketCounts.reduce((total, count) => total + count, 0),
    sum: family.sums[i] ?? 0,
    bounds: family.bounds,
    bucketCounts,
    exponential: family.exponential?.[i],
  };
}

function refusal(value: number, dialect: Dialect): DropReason | undefined {
  if (!Number.isFinite(value)) return 'not_finite';
  // etsy's statsd refuses the line, collectd reads an enormous duration.
  return value < 0 && !dialect.hasNegativeTimers ? 'negative_timer' : undefined;
}

/** Lines with as many values as fit into each. */
function packed(head: string, numbers: readonly string[], end: string, maxLineBytes: number): string[] {
  const room = maxLineBytes - Buffer.byteLength(head) - Buffer.byteLength(end);
  const lines: string[] = [];
  let values = '';
  for (const number of numbers) {
    if (values !== '' && values.length + 1 + number.length > room) {
      lines.push(head + values + end);
      values = '';
    }
    values += values === '' ? number : `:${number}`;
  }
  if (values !== '') lines.push(head + values + end);
  return lines;
}

/** Count and sum as counters, quantiles as gauges. */
function summaryLines(family: SummarySnapshot, context: LineContext): (i: number) => string[] {
  const { dialect } = context;
  const count = dialect.series(family, '.count');
  const sum = dialect.series(family, '.sum');
  const quantiles = family.quantiles.map((quantile) => dialect.series(family, quantileEnding(quantile)));
  return (i) => [
    ...counterLines(count, i, family.counts[i] ?? 0, context),
    ...counterLines(sum, i, family.sums[i] ?? 0, context),
    ...quantiles.flatMap((text, k) => {
      const value = family.quantileValues[i * quantiles.length + k] ?? Number.NaN;
      return Number.isNaN(value) ? [] : gaugeLines(text, i, value, context);
    }),
  ];
}
