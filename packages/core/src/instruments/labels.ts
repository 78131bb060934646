/** The type of a label value. Numbers and booleans become strings: `404` is `"404"`. */
export type LabelValue = string | number | boolean;

/** One value for every declared label name. Only optional labels (`O`) may be missing; others are not allowed. */
export type Labels<N extends string, O extends string = never> = [O] extends [never]
  ? Readonly<Record<N, LabelValue>>
  : { readonly [K in Exclude<N, O>]: LabelValue } & { readonly [K in O & N]?: LabelValue | undefined };

/**
 * The arguments of a recording call: an instrument with labels takes them first, one without takes none. `in out` on the
 * instruments' type parameter prevents assigning an instrument with labels to one without.
 */
export type RecordArgs<N extends string, Rest extends readonly unknown[], O extends string = never> = [N] extends [
  never,
]
  ? Rest
  : [labels: Labels<N, O>, ...rest: Rest];

/** The value of every label of the overflow series: it counts recordings beyond a cap or with wrong labels. */
export const OVERFLOW_LABEL_VALUE = '__overflow__';
