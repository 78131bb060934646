/** How much of a value one line may hold. What goes beyond is cut and marked with `…`. */
export interface Limits {
  /** Nested objects and arrays. Default: 8. */
  depth?: number | undefined;
  /** Members of one object, array, Map or Set. Default: 1000. */
  items?: number | undefined;
  /** Characters of one string. Default: 32 768. */
  stringLength?: number | undefined;
  /** Bytes of a whole line in UTF-8, with its line feed; at least 4096. Default: 256 000, since Loki and CloudWatch take 262 144. */
  lineBytes?: number | undefined;
}

export interface ResolvedLimits {
  readonly depth: number;
  readonly items: number;
  readonly stringLength: number;
  readonly lineBytes: number;
}

export const defaultLimits: ResolvedLimits = { depth: 8, items: 1000, stringLength: 32_768, lineBytes: 256_000 };

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
    if (name === 'lineBytes' && value < MIN_LINE_BYTES) {
      throw new Error(`[logger] limits.lineBytes is ${value}. Give at least ${MIN_LINE_BYTES}, or lines have no room.`);
    }
    resolved[name] = value;
  }
  return resolved as unknown as ResolvedLimits;
}

// What all lines have, with the longest name of a logger and of a host, takes up to 2000.
const MIN_LINE_BYTES = 4096;
