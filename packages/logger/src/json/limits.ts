/** How much of a value one line may hold. What goes beyond is cut and marked with `…`. */
export interface Limits {
  /** Nested objects and arrays. Default: 8. */
  depth?: number | undefined;
  /** Members of one object, array, Map or Set. Default: 1000. */
  items?: number | undefined;
  /** Characters of one text. Default: 32 768. */
  textLength?: number | undefined;
  /** Characters of all fields of a line, about. Default: 200 000, since Loki and CloudWatch take lines of 256 KB. */
  lineLength?: number | undefined;
}

export interface ResolvedLimits {
  readonly depth: number;
  readonly items: number;
  readonly textLength: number;
  readonly lineLength: number;
}

export const defaultLimits: ResolvedLimits = { depth: 8, items: 1000, textLength: 32_768, lineLength: 200_000 };

/** Throws for a limit that is no number above 0. */
export function resolveLimits(given: Limits): ResolvedLimits {
  const resolved: Record<string, number> = { ...defaultLimits };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!(name in defaultLimits)) {
      throw new Error(`[logger] limits has no "${name}". Give ${Object.keys(defaultLimits).join(', ')}.`);
    }
    if (!(Number.isInteger(value) && value > 0)) {
      throw new Error(`[logger] limits.${name} is ${String(value)}. Give an integer above 0.`);
    }
    resolved[name] = value;
  }
  return resolved as unknown as ResolvedLimits;
}
