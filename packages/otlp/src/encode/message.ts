/**
 * The part of OTLP's metrics messages that we send (opentelemetry-proto 1.x, metrics.proto), as plain objects: field names as in
 * its JSON form, times as Unix milliseconds, ids as hex. `fields.ts` says how each field is written.
 */
export interface ExportRequest {
  readonly resourceMetrics: readonly [
    {
      readonly resource: { readonly attributes: readonly Attribute[] };
      readonly scopeMetrics: ReadonlyArray<{
        readonly scope: { readonly name: string; readonly version: string };
        readonly metrics: readonly OtlpMetric[];
      }>;
    },
  ];
}

export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

export type AttributeValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: number }
  | { readonly doubleValue: number };

/** Exactly one of the last five is set. */
export interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly NumberPoint[] };
  readonly sum?: Aggregated<NumberPoint> & { readonly isMonotonic: boolean };
  readonly histogram?: Aggregated<ExplicitPoint>;
  readonly exponentialHistogram?: Aggregated<ExponentialHistogramPoint>;
  readonly summary?: { readonly dataPoints: readonly QuantilePoint[] };
}

export const DELTA = 1;
export const CUMULATIVE = 2;
export type Temporality = typeof DELTA | typeof CUMULATIVE;

interface Aggregated<P> {
  readonly dataPoints: readonly P[];
  readonly aggregationTemporality: Temporality;
}

/**
 * Alternating names and values: an object per attribute would cost more than the rest of a point. A value is a string or a whole
 * number.
 */
export type PointAttributes = ReadonlyArray<string | number>;

interface PointFields {
  readonly attributes: PointAttributes;
  /** Left out if unknown. */
  readonly startTimeUnixNano?: number | undefined;
  readonly timeUnixNano: number;
}

export interface NumberPoint extends PointFields {
  readonly asDouble: number;
  readonly exemplars?: readonly OtlpExemplar[] | undefined;
}

export interface ExplicitPoint extends PointFields {
  readonly count: number;
  readonly sum: number;
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
  readonly exemplars?: readonly OtlpExemplar[] | undefined;
}

export interface ExponentialHistogramPoint extends PointFields {
  readonly count: number;
  readonly sum: number;
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: OtlpBuckets;
  readonly negative: OtlpBuckets;
  readonly exemplars?: readonly OtlpExemplar[] | undefined;
  /** Only for cumulative points: a minimum and a maximum cannot be subtracted. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface OtlpBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

export interface QuantilePoint extends PointFields {
  readonly count: number;
  readonly sum: number;
  readonly quantileValues: ReadonlyArray<{ readonly quantile: number; readonly value: number }>;
}

export interface OtlpExemplar {
  readonly timeUnixNano: number;
  readonly asDouble: number;
  readonly spanId: string;
  readonly traceId: string;
}
