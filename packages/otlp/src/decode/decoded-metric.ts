import type { FlatAttributes } from '../encode/flat-attributes.js';

/** A metric of any kind (opentelemetry-proto 1.x, metrics.proto). One without data, as newer kinds are, is not given to `visit`. */
export type DecodedMetric = DecodedMetricHead &
  (
    | { readonly kind: 'gauge'; readonly points: readonly DecodedNumberPoint[] }
    | {
        readonly kind: 'sum';
        readonly points: readonly DecodedNumberPoint[];
        readonly temporality: number;
        readonly isMonotonic: boolean;
      }
    | { readonly kind: 'histogram'; readonly points: readonly DecodedHistogramPoint[]; readonly temporality: number }
    | {
        readonly kind: 'exponentialHistogram';
        readonly points: readonly DecodedExponentialPoint[];
        readonly temporality: number;
      }
    | { readonly kind: 'summary'; readonly points: readonly DecodedSummaryPoint[] }
  );

export interface DecodedMetricHead {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly metadata: FlatAttributes;
}

/** Counts are numbers: above 2^53 they are the nearest double. */
export interface DecodedPoint {
  readonly attributes: FlatAttributes;
  /** Whole seconds since 1970, and the nanoseconds beyond them. Both 0 if unknown. */
  readonly startSeconds: number;
  readonly startNanos: number;
  readonly seconds: number;
  readonly nanos: number;
  /** Bit 0: no recorded value. */
  readonly flags: number;
}

export interface DecodedNumberPoint extends DecodedPoint {
  /** A bigint for integers that no number holds exactly; `undefined` if the sender gave none. */
  readonly value: number | bigint | undefined;
  readonly exemplars: readonly DecodedExemplar[];
}

export interface DecodedHistogramPoint extends DecodedPoint {
  readonly count: number;
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
  readonly exemplars: readonly DecodedExemplar[];
}

export interface DecodedExponentialPoint extends DecodedPoint {
  readonly count: number;
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: DecodedBuckets;
  readonly negative: DecodedBuckets;
  readonly exemplars: readonly DecodedExemplar[];
}

export interface DecodedBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

export interface DecodedSummaryPoint extends DecodedPoint {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: ReadonlyArray<{ readonly quantile: number; readonly value: number }>;
}

export interface DecodedExemplar {
  readonly seconds: number;
  readonly nanos: number;
  readonly value: number | bigint | undefined;
  /** Hexadecimal digits; '' if unknown. */
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: FlatAttributes;
}
