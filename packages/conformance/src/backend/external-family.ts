import type { CounterSnapshot, FamilyColumns, GaugeSnapshot, HistogramSnapshot } from '@sightline/core/backend';

type StringLabels = Readonly<Record<string, string>>;

/** A family of one series, as an included source gives it. */
export function externalCounter(name: string, labels: StringLabels, value: number): CounterSnapshot {
  return { ...columns(name, labels), kind: 'counter', values: Float64Array.of(value) };
}

export function externalGauge(name: string, labels: StringLabels, value: number): GaugeSnapshot {
  return { ...columns(name, labels), kind: 'gauge', values: Float64Array.of(value), isAdditive: false };
}

export function externalHistogram(
  name: string,
  labels: StringLabels,
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

function columns(name: string, labels: StringLabels): FamilyColumns {
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
    origin: 'external',
  };
}
