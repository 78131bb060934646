import type { CounterSnapshot, FamilyColumns, GaugeSnapshot, HistogramSnapshot } from '@sightline/core/backend';

type LabelTexts = Readonly<Record<string, string>>;

/** A family of one series, as an included source gives it. */
export function foreignCounter(name: string, labels: LabelTexts, value: number): CounterSnapshot {
  return { ...columns(name, labels), kind: 'counter', values: Float64Array.of(value) };
}

export function foreignGauge(name: string, labels: LabelTexts, value: number): GaugeSnapshot {
  return { ...columns(name, labels), kind: 'gauge', values: Float64Array.of(value), isAdditive: false };
}

export function foreignHistogram(
  name: string,
  labels: LabelTexts,
  { bounds, bucketCounts, sum }: { bounds: readonly number[]; bucketCounts: readonly number[]; sum: number },
): HistogramSnapshot {
  return {
    ...columns(name, labels),
    kind: 'histogram',
    bounds,
    bucketCounts: Float64Array.from(bucketCounts),
    sums: Float64Array.of(sum),
  };
}

function columns(name: string, labels: LabelTexts): FamilyColumns {
  return {
    name,
    help: 'From another library.',
    unit: undefined,
    labelNames: Object.keys(labels),
    constantLabels: {},
    size: 1,
    rows: Uint32Array.of(0),
    labelValues: Object.values(labels),
    startTimesMs: Float64Array.of(0),
    origin: 'foreign',
  };
}
