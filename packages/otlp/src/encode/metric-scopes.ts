import type { FamilySnapshot, PointRange } from '@sightline/core/backend';

/** An instrumentation scope of metrics. */
export interface MetricScope {
  readonly name: string;
  readonly version: string;
}

/** The metrics of one scope. */
export interface ScopedFamilies {
  readonly scope: MetricScope;
  /** Whether a metric is of this scope. */
  has(family: FamilySnapshot): boolean;
}

/**
 * The scopes of the families with points in a range: `own` for our metrics, and those in which instrumentations declared theirs.
 * One for all if there are no others.
 */
export function scopesOf(
  families: readonly FamilySnapshot[],
  range: PointRange,
  own: MetricScope,
): readonly ScopedFamilies[] {
  const scopes = new Map<string, ScopedFamilies>();
  let first = 0;
  for (const family of families) {
    const isInRange = first < range.to && first + family.size > range.from;
    first += family.size;
    const key = keyOf(family);
    if (!isInRange || scopes.has(key)) continue;
    const { instrumentation } = family;
    const scope =
      instrumentation === undefined ? own : { name: instrumentation.scopeName, version: instrumentation.scopeVersion };
    scopes.set(key, { scope, has: (each) => keyOf(each) === key });
  }
  if (scopes.size > 1) return [...scopes.values()];
  const [{ scope } = { scope: own }] = scopes.values();
  return [{ scope, has: () => true }];
}

function keyOf({ instrumentation }: FamilySnapshot): string {
  return instrumentation === undefined ? '' : JSON.stringify([instrumentation.scopeName, instrumentation.scopeVersion]);
}
