/** What a label may be given as. Numbers and booleans are written as their text (`404` becomes `"404"`). */
export type LabelValue = string | number | boolean;

/** One value for every declared label name: none missing but optional ones (`O`), none more. */
export type Labels<N extends string, O extends string = never> = [O] extends [never]
  ? Readonly<Record<N, LabelValue>>
  : { readonly [K in Exclude<N, O>]: LabelValue } & { readonly [K in O & N]?: LabelValue | undefined };

/**
 * The arguments of a recording call: an instrument with labels takes them first, one without takes none.
 * `in out` on the instruments' type parameter keeps an instrument with labels from passing for one without.
 */
export type RecordArgs<N extends string, Rest extends readonly unknown[], O extends string = never> = [N] extends [
  never,
]
  ? Rest
  : [labels: Labels<N, O>, ...rest: Rest];

/** The value of every label of the series that takes what does not fit under a cap or has wrong labels. */
export const OVERFLOW_LABEL_VALUE = '__overflow__';
