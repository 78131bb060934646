/** Every metric that a service has, as it stands on its Prometheus page. Written to `catalogue.json`. */
export interface Catalogue {
  readonly service: string;
  /** By name. */
  readonly metrics: readonly CatalogueMetric[];
}

export interface CatalogueMetric {
  /**
   * As queries name it: `orders_placed_total`, `queue_jobs`. A histogram's without `_bucket`, `_sum` and `_count`
   * (`http_server_request_duration_seconds`), of which it has all three.
   */
  readonly name: string;
  /** As declared in code: `orders.placed.count`. */
  readonly declaredName: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'info' | 'summary';
  readonly help: string;
  /** `seconds`, `milliseconds`, `bytes`, `ratio` … */
  readonly unit?: string | undefined;
  /** As queries name them: `error_type` for the declared `error.type`. Without `le`. */
  readonly labels: readonly CatalogueLabel[];
  /** Upper bounds of the buckets, ascending, without +Inf. Of histograms only. */
  readonly bounds?: readonly number[] | undefined;
  /** What declares it: `service` for the service's own code, else the name of a pack. */
  readonly source: string;
}

export interface CatalogueLabel {
  readonly name: string;
  /** Every value it can have. Absent: any. */
  readonly values?: readonly string[] | undefined;
  /** Which values mean a failure: a regular expression for the whole value, as for `=~`. */
  readonly failing?: string | undefined;
  /** The values to which failures are compared, in the same form. Absent: all. */
  readonly outOf?: string | undefined;
}
