import type { MetricHistoryAnswer, MetricRow, SeriesHistory } from '../../../../src/model/answers.js';
import type { ChartSeries } from '../../charts/summary.js';
import { formatNumber } from '../../format/number.js';
import { type Format, formatOfUnit, formatRate } from '../../format/unit.js';

/** What of a metric is drawn. */
export type Aspect = 'rate' | 'value' | 'quantiles' | 'mean';

export function aspectsOf({ kind }: Pick<MetricRow, 'kind'>): readonly Aspect[] {
  switch (kind) {
    case 'counter':
      return ['rate'];
    case 'histogram':
      return ['quantiles', 'rate', 'mean'];
    case 'summary':
      return ['quantiles', 'rate'];
    default:
      return ['value'];
  }
}

export function formatOfAspect(aspect: Aspect, { unit }: Pick<MetricRow, 'unit'>): Format {
  if (aspect !== 'rate') return formatOfUnit(unit);
  if (unit === null || unit === '1' || !/^(By|bytes|s|seconds|ms)$/.test(unit)) return formatRate;
  const format = formatOfUnit(unit);
  return (value) => `${format(value)}/s`;
}

/** The lines of a chart. Quantiles are those of the largest series, since they cannot be added. */
export function chartSeries({ series, metric }: MetricHistoryAnswer, aspect: Aspect): readonly ChartSeries[] {
  if (aspect !== 'quantiles') {
    return series.flatMap((each) => {
      const values = each.values[aspect];
      return values === undefined ? [] : [{ name: labelText(each), values }];
    });
  }
  const [largest] = series;
  if (largest === undefined) return [];
  const names =
    metric.kind === 'summary'
      ? Object.keys(largest.values).filter((name) => /^q[\d.]/.test(name))
      : ['p50', 'p95', 'p99'];
  return names.flatMap((name) => {
    const values = largest.values[name];
    return values === undefined ? [] : [{ name, values }];
  });
}

/** The labels of a series as its name. */
export function labelText({ labels }: Pick<SeriesHistory, 'labels'>): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return 'all';
  return entries.map(([name, value]) => (entries.length === 1 ? value : `${name}=${value}`)).join(' ') || '(empty)';
}

/** The newest number of a metric, for its card. */
export function newestText(answer: MetricHistoryAnswer, format: Format): string {
  const { metric, series } = answer;
  const sum = series.reduce((total, { current }) => total + (current ?? 0), 0);
  if (series.every(({ current }) => current === null)) return 'no data';
  if (metric.kind === 'gauge')
    return series.length === 1 ? format(sum) : `${series.length + answer.otherSeries} series`;
  return `${metric.kind === 'counter' ? format(sum) : formatNumber(sum)} in all`;
}
