/**
 * prom-client's registry and metrics as far as they are used here, by shape: prom-client 15 and its successor
 * `@prometheus-io/client` (0.16) both fit, whichever copy of them the service has installed.
 */
export interface PromRegistry {
  getMetricsAsArray(): readonly object[];
  registerMetric(metric: never): void;
  removeSingleMetric(name: string): void;
  getSingleMetric(name: string): unknown;
}

/** What our own metrics carry under this key in a foreign registry, so that reading it back leaves them out. */
export const sightlineFamily: unique symbol = Symbol.for('sightline.family') as typeof sightlineFamily;

/** A metric as it stands in a registry; `get` may be synchronous in foreign implementations. */
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
  /** Of the sample line where it is not the family's: `x_bucket`, `x_sum`. */
  readonly metricName?: string | undefined;
  readonly exemplar?: PromExemplar | null | undefined;
}

export interface PromExemplar {
  readonly labelSet: Readonly<Record<string, unknown>>;
  readonly value: number;
  /** Unix time in seconds. */
  readonly timestamp?: number | undefined;
}
