/** What a label can say, for whoever writes alert rules and panels. */
export interface LabelValueSet {
  /** Every value that the label can have; any where this is left out. */
  readonly values?: readonly string[] | undefined;
  /** Which of them tell of a failure, as a regular expression for the whole value, as Prometheus' `=~` takes it. */
  readonly failing?: string | undefined;
  /** Which values a share of failures is a share of, in the same form. Default: all of the metric. */
  readonly outOf?: string | undefined;
}

/** The labels of a catalogue whose values are known or tell of failures, by metric as it is declared, then by label. */
export type LabelValueSets = Readonly<Record<string, Readonly<Record<string, LabelValueSet>>>>;
