import type { MeterProvider } from '@opentelemetry/api';
import { DataPointType, MetricReader, MeterProvider as OfficialMeterProvider } from '@opentelemetry/sdk-metrics';
import { createMetrics, type Metrics, type MetricsOptions } from '@sightline/core';
import { type FamilySnapshot, pointsOf } from '@sightline/core/backend';
import { meterProvider } from '../../src/meter-provider/meter-provider.js';

/** A metric as a test compares it, measured by either provider. */
export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly scope: string;
  readonly kind: 'counter' | 'up-down counter' | 'gauge' | 'histogram';
  /** By attributes: `{"a":"1"}`. */
  readonly points: Readonly<Record<string, number | MeasuredDistribution>>;
}

export interface MeasuredDistribution {
  readonly count: number;
  readonly sum: number;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** A provider with a way to read what it has measured. */
export interface Subject {
  readonly provider: MeterProvider;
  read(): Promise<readonly Measured[]>;
}

export const quiet = { info() {}, warn() {}, error() {} };

export function ours(options: MetricsOptions = {}): Subject & { readonly metrics: Metrics } {
  const metrics = createMetrics({ collectionIntervalMs: 0, log: quiet, ...options });
  return {
    provider: meterProvider(metrics),
    metrics,
    read: async () => measuredIn((await metrics.collect()).families),
  };
}

export function measuredIn(families: readonly FamilySnapshot[]): readonly Measured[] {
  return families.flatMap((family) => {
    const { instrumentation, kind } = family;
    if (instrumentation === undefined || kind === 'summary' || kind === 'info') return [];
    const points = Array.from(pointsOf(family), (point) => [
      keyOf(point.labels),
      point.kind === 'histogram'
        ? { count: point.count, sum: point.sum, bounds: point.bounds, counts: point.bucketCounts }
        : 'value' in point
          ? point.value
          : Number.NaN,
    ]);
    return {
      name: family.name,
      unit: instrumentation.unit,
      description: family.help,
      scope: `${instrumentation.scopeName}@${instrumentation.scopeVersion}`,
      kind: kind === 'gauge' && family.isAdditive ? ('up-down counter' as const) : kind,
      points: Object.fromEntries(points),
    };
  });
}

class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** The MeterProvider of `@opentelemetry/sdk-metrics`. */
export function official(): Subject {
  const reader = new Reader();
  const provider = new OfficialMeterProvider({ readers: [reader] });
  return {
    provider,
    async read() {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics.flatMap(({ scope, metrics }) =>
        metrics.map(({ descriptor, dataPointType, dataPoints, ...others }): Measured => {
          const isMonotonic = 'isMonotonic' in others && others.isMonotonic;
          return {
            name: descriptor.name,
            unit: descriptor.unit,
            description: descriptor.description,
            scope: `${scope.name}@${scope.version ?? ''}`,
            kind:
              dataPointType === DataPointType.HISTOGRAM
                ? 'histogram'
                : dataPointType === DataPointType.GAUGE
                  ? 'gauge'
                  : isMonotonic
                    ? 'counter'
                    : 'up-down counter',
            points: Object.fromEntries(
              dataPoints.map(({ attributes, value }) => [keyOf(attributes), distributionOf(value)]),
            ),
          };
        }),
      );
    },
  };
}

function distributionOf(value: unknown): number | MeasuredDistribution {
  if (typeof value === 'number') return value;
  const { count, sum, buckets } = value as {
    count: number;
    sum: number;
    buckets: { boundaries: readonly number[]; counts: readonly number[] };
  };
  return { count, sum, bounds: buckets.boundaries, counts: buckets.counts };
}

/** Attributes as text, values as strings: labels have no other. */
export function keyOf(attributes: object): string {
  const entries = Object.entries(attributes).map(([name, value]) => [name, String(value)]);
  return JSON.stringify(Object.fromEntries(entries.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))));
}
