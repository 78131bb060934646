/** The values of a label, for alert rules and dashboards. */
export interface LabelValueSet {
  /** Every value that the label can have. Default: any. */
  readonly values?: readonly string[] | undefined;
  /** Which values mean a failure: a regular expression for the whole value, as for Prometheus' `=~`. */
  readonly failing?: string | undefined;
  /** The values to which failures are compared, in the same form. Default: all values. */
  readonly outOf?: string | undefined;
}

/** Labels with known values or with values that mean failures, by declared metric name, then by label. */
export type LabelValueSets = Readonly<Record<string, Readonly<Record<string, LabelValueSet>>>>;
