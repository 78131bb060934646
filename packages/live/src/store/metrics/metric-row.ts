import type { MetricRow } from '../../model/answers.js';
import { isLive, type KeptMetric } from './metric-part.js';

/** What the catalogue says of a metric, its parts of all sources together. */
export function metricRow(metric: KeptMetric): MetricRow {
  const series = new Set<string>();
  let unkept = 0;
  let withoutHistory = 0;
  for (const part of metric.parts) {
    unkept += part.unkept;
    for (const [key, line] of part.lines) {
      if (!isLive(part, line)) continue;
      series.add(key);
      if (!line.hasHistory && metric.kind !== 'info') withoutHistory++;
    }
  }
  const { service, name, help, unit, kind } = metric;
  const labelNames = [...metric.labelNames];
  return {
    service,
    name,
    help,
    unit,
    kind,
    labelNames,
    series: series.size + unkept,
    seriesWithoutHistory: withoutHistory + unkept,
  };
}
