import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';

export const limitFields = {
  /** Nested objects and arrays. Default: 8. */
  depth: { type: 'count', default: 8 },
  /** Members of one object, array, Map or Set. Default: 1000. */
  items: { type: 'count', default: 1000 },
  /** Characters of one string. Default: 32 768. */
  stringLength: { type: 'count', default: 32_768 },
  /**
   * Bytes of a whole line in UTF-8, with its line feed; at least 4096, of which up to 2000 are what all lines have. Default: 256 000, since
   * Loki and CloudWatch take 262 144.
   */
  lineBytes: { type: 'count', min: 4096, default: 256_000 },
} as const;

/** How much of a value one line may hold. What goes beyond is cut and marked with `…`. */
export interface Limits extends OptionsOf<typeof limitFields> {}

export interface ResolvedLimits extends ResolvedOf<typeof limitFields> {}
