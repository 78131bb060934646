import type { HrTime } from '@opentelemetry/api';
import type {
  CollectionResult,
  DataPoint,
  MetricData,
  MetricProducer,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { MetricsSource } from '@sightline/core/backend';
import { packageVersion } from '@sightline/otlp';
import type { OtlpMetric, PointAttributes } from '@sightline/otlp/encode';
import { completeResource, metricsOf, type ResourceAttributes, scopesOf, splitTime } from '@sightline/otlp/encode';
import { cumulativeReader } from './reading.js';

export interface ProducerOptions {
  /** Which buckets of histograms to use: exponential ones if core keeps them, or explicit ones. Default: `explicit`. */
  histograms?: 'explicit' | 'exponential' | undefined;
  /** The resource for a reader without MeterProvider. A MeterProvider sends its own resource. */
  resource?: ResourceAttributes | undefined;
}

/**
 * Our metrics for a reader of the OpenTelemetry SDK: `new PeriodicExportingMetricReader({ exporter, metricProducers: [otelProducer(metrics)] })`.
 *
 * Always cumulative, whatever the exporter prefers. Views and cardinality limits of the SDK do not apply. Exemplars and summaries are
 * omitted, because the SDK's types do not have them.
 */
export function otelProducer(source: MetricsSource, options: ProducerOptions = {}): MetricProducer {
  const reader = cumulativeReader(source, { prefersExponential: options.histograms === 'exponential' });
  const resource = fixedResource(completeResource(options.resource ?? {}));
  return {
    async collect(): Promise<CollectionResult> {
      const reading = await reader.read();
      const range = { from: 0, to: reading.size };
      const own = { name: '@sightline/core', version: packageVersion };
      const scopeMetrics = scopesOf(reading.families, range, own).map(({ scope, has }) => ({
        scope,
        metrics: metricsOf(reading, range, has).metrics.flatMap(metricDataOf),
      }));
      return {
        resourceMetrics: { resource, scopeMetrics },
        errors: [],
      };
    },
  };
}

type Resource = ResourceMetrics['resource'];

function fixedResource(attributes: ResourceAttributes): Resource {
  return {
    attributes,
    merge: (other) => fixedResource({ ...attributes, ...(other?.attributes as ResourceAttributes | undefined) }),
    getRawAttributes: () => Object.entries(attributes),
  };
}

// The SDK's enums as numbers, so that its module is not loaded. Versions 1 and 2 use the same numbers.
const CUMULATIVE = 1;
const HISTOGRAM = 0;
const EXPONENTIAL_HISTOGRAM = 1;
const GAUGE = 2;
const SUM = 3;
const DOUBLE = 1;

function metricDataOf(metric: OtlpMetric): MetricData[] {
  const { name, description, unit, gauge, sum, histogram, exponentialHistogram } = metric;
  const descriptor = { name, description, unit, valueType: DOUBLE };
  const common = { descriptor, aggregationTemporality: CUMULATIVE } as const;
  if (gauge !== undefined) {
    return [{ ...common, dataPointType: GAUGE, dataPoints: gauge.dataPoints.map((p) => dataPoint(p, p.asDouble)) }];
  }
  if (sum !== undefined) {
    const dataPoints = sum.dataPoints.map((p) => dataPoint(p, p.asDouble));
    return [{ ...common, dataPointType: SUM, isMonotonic: sum.isMonotonic, dataPoints }];
  }
  if (histogram !== undefined) {
    const dataPoints = histogram.dataPoints.map((p) => {
      const buckets = { boundaries: [...p.explicitBounds], counts: [...p.bucketCounts] };
      return dataPoint(p, { buckets, count: p.count, sum: p.sum });
    });
    return [{ ...common, dataPointType: HISTOGRAM, dataPoints }];
  }
  if (exponentialHistogram !== undefined) {
    const dataPoints = exponentialHistogram.dataPoints.map((p) => {
      const { count, sum: total, scale, zeroCount, positive, negative, min, max } = p;
      const extremes = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
      const sides = { positive: sideOf(positive), negative: sideOf(negative) };
      return dataPoint(p, { count, sum: total, scale, zeroCount, ...sides, ...extremes });
    });
    return [{ ...common, dataPointType: EXPONENTIAL_HISTOGRAM, dataPoints }];
  }
  return [];
}

function sideOf({ offset, bucketCounts }: { offset: number; bucketCounts: readonly number[] }) {
  return { offset, bucketCounts: [...bucketCounts] };
}

interface Timed {
  readonly attributes: PointAttributes;
  readonly startTimeUnixNano?: number | undefined;
  readonly timeUnixNano: number;
}

function dataPoint<T>({ attributes, startTimeUnixNano, timeUnixNano }: Timed, value: T): DataPoint<T> {
  return {
    startTime: hrTime(startTimeUnixNano ?? 0),
    endTime: hrTime(timeUnixNano),
    attributes: Object.fromEntries(attributes.flatMap((name, i) => (i % 2 === 0 ? [[name, attributes[i + 1]]] : []))),
    value,
  };
}

function hrTime(timeMs: number): HrTime {
  const [wholeMs, nanos] = splitTime(timeMs);
  return [Math.floor(wholeMs / 1000), (wholeMs % 1000) * 1e6 + nanos];
}
