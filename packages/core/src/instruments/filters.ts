/** Changes what a declaration exports, without changing the declaration. */
export interface MetricFilter {
  /** The declared name, or a pattern for it. In a string `*` stands for any characters. */
  match: string | RegExp;
  /** Export nothing: recording becomes a no-op. */
  deny?: boolean | undefined;
  /** The name to export instead. */
  rename?: string | undefined;
  /** Labels to drop. Series that differ only in them become one. */
  dropLabels?: readonly string[] | undefined;
  /** Labels to keep; all others are dropped. */
  keepLabels?: readonly string[] | undefined;
  /** Maximum number of distinct values by label. Further values become `__overflow__`. */
  limitLabels?: Readonly<Record<string, number>> | undefined;
  /** Histogram buckets to use instead. */
  buckets?: readonly number[] | undefined;
}
