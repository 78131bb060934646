/**
 * The parts of prom-client's registry and metrics that are used here, as structural types: they fit prom-client 15 and its successor
 * `@prometheus-io/client` (0.16), in any installed copy.
 */
export interface PromRegistry {
  getMetricsAsArray(): readonly object[];
  registerMetric(metric: never): void;
  removeSingleMetric(name: string): void;
  getSingleMetric(name: string): unknown;
}

/** Marks our own metrics in an external registry, so that reading the registry leaves them out. */
export const sightlineFamily: unique symbol = Symbol.for('sightline.family') as typeof sightlineFamily;

/** A metric of a registry. `get` may be synchronous in other implementations. */
export interface PromMetric {
  readonly name: string;
  get(): PromMetricData | Promise<PromMetricData>;
}

export interface PromMetricData {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator?: string | undefined;
  readonly values?: readonly PromValue[] | undefined;
}

export interface PromValue {
  readonly value: number;
  readonly labels?: Readonly<Record<string, unknown>> | undefined;
  /** Name of the sample line, if it differs from the family's: `x_bucket`, `x_sum`. */
  readonly metricName?: string | undefined;
  readonly exemplar?: PromExemplar | null | undefined;
}

export interface PromExemplar {
  readonly labelSet: Readonly<Record<string, unknown>>;
  readonly value: number;
  /** Unix time in seconds. */
  readonly timestamp?: number | undefined;
}
