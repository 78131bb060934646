/** Changes what a declaration exports, without a change where it is declared. */
export interface MetricFilter {
  /** The declared name, or a pattern for it. A string may have `*` for any characters. */
  match: string | RegExp;
  /** Export nothing: recording becomes a no-op. */
  deny?: boolean | undefined;
  /** The name to export instead. */
  rename?: string | undefined;
  /** Labels to leave out; series that differ only in them become one. */
  dropLabels?: readonly string[] | undefined;
  /** Most distinct values of a label; further ones become `__overflow__`. */
  limitLabels?: Readonly<Record<string, number>> | undefined;
  /** Histogram buckets to use instead. */
  buckets?: readonly number[] | undefined;
}
