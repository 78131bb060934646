/**
 * One metric at one moment, in columns. The numbers were copied in one synchronous step and do not change any more.
 *
 * Point `i` (0 <= i < size) has its labels in row `rows[i]`: label `k` is `labelValues[rows[i] * labelNames.length + k]`,
 * its start `startTimesMs[rows[i]]`. All other columns are by point. `pointsOf(family)` returns the same as objects, which is
 * slower.
 */
export type FamilySnapshot = CounterSnapshot | GaugeSnapshot | InfoSnapshot | HistogramSnapshot | SummarySnapshot;

export interface FamilyColumns {
  /** The name as declared; `prometheusName` and its siblings write it for a backend. */
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  readonly labelNames: readonly string[];
  /** Those of `labelNames` that a series may lack. The value '' means that it lacks the label; no wire shows it. Default: none. */
  readonly optionalLabels?: readonly string[] | undefined;
  /** Those of `labelNames` whose values are sent as whole numbers on wires that have numbers. Default: none. */
  readonly integerLabels?: readonly string[] | undefined;
  /** The values of the labels that can only have declared ones, by label. Default: none is known. */
  readonly knownValues?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** Maximum live series, if the metric declares it. */
  readonly maxSeries?: number | undefined;
  /** Labels that every series of the family has as well (default labels). Never one of `labelNames`. */
  readonly constantLabels: Readonly<Record<string, string>>;
  /** Number of points. */
  readonly size: number;
  readonly rows: Uint32Array;
  readonly labelValues: readonly string[];
  /** Unix time in milliseconds, by row, at which counting began; 0 if an external source does not know. */
  readonly startTimesMs: Float64Array;
  /**
   * `own`: core keeps the series. A row belongs to its series until the series ends; a new start time marks a new series.
   * `external`: an included source made the family. Rows mean nothing beyond this snapshot, the name is written as it is, and
   * a total may go down.
   */
  readonly origin: 'own' | 'external';
  /** Set if the metric was declared through OpenTelemetry's metrics API. Its labels may become more from read to read. */
  readonly instrumentation?: Instrumentation | undefined;
}

/** What OpenTelemetry knows of a metric besides its name and description. */
export interface Instrumentation {
  /** The instrumentation scope: the meter's name, and its version or ''. */
  readonly scopeName: string;
  readonly scopeVersion: string;
  /** The unit as declared there, a UCUM code or an annotation (`{request}`); '' if there is none. */
  readonly unit: string;
}

export interface CounterSnapshot extends FamilyColumns {
  readonly kind: 'counter';
  readonly values: Float64Array;
  readonly exemplars?: ReadonlyMap<number, Exemplar> | undefined;
}

export interface GaugeSnapshot extends FamilyColumns {
  readonly kind: 'gauge';
  readonly values: Float64Array;
  readonly isAdditive: boolean;
}

/** Always 1; the information is in its labels. */
export interface InfoSnapshot extends FamilyColumns {
  readonly kind: 'info';
  readonly values: Float64Array;
}

export interface HistogramSnapshot extends FamilyColumns {
  readonly kind: 'histogram';
  /** Upper bounds, inclusive, ascending, without +Inf. Empty for a histogram that has only exponential buckets. */
  readonly bounds: readonly number[];
  /** Observations per bucket, not cumulative: point `i` has `bounds.length + 1` of them from `i * (bounds.length + 1)`. */
  readonly bucketCounts: Float64Array;
  readonly sums: Float64Array;
  /** The exponential histograms by point, if core keeps them. */
  readonly exponential?: readonly ExponentialPoint[] | undefined;
  /** By `point * (bounds.length + 1) + bucket`. */
  readonly exemplars?: ReadonlyMap<number, Exemplar> | undefined;
}

/** Only from included sources: our own metrics export quantiles through exponential histograms. */
export interface SummarySnapshot extends FamilyColumns {
  readonly kind: 'summary';
  readonly quantiles: readonly number[];
  /** Point `i` has `quantiles.length` of them from `i * quantiles.length`; NaN if unknown. */
  readonly quantileValues: Float64Array;
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/**
 * A base-2 exponential histogram after OpenTelemetry's data model: bucket `index` holds values in
 * (base^index, base^(index+1)] with base = 2^(2^-scale), negative values by their absolute value.
 */
export interface ExponentialPoint {
  readonly scale: number;
  readonly count: number;
  readonly sum: number;
  /** NaN in a point without observations and in a difference: a minimum and a maximum cannot be subtracted. */
  readonly min: number;
  readonly max: number;
  readonly zeroCount: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
  /** Unix time in milliseconds. Later than the start of the series if the exponential histogram began later. */
  readonly startTimeMs: number;
}

export interface ExponentialBuckets {
  /** Index of the first count. */
  readonly offset: number;
  readonly counts: readonly number[];
}

/** A single recording with the trace it belongs to. */
export interface Exemplar {
  readonly value: number;
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Unix time in milliseconds. */
  readonly timeMs: number;
}
