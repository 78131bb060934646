import type { FamilySnapshot, MetricsSnapshot } from '@sightline/core/backend';

/**
 * Looks up the largest value that a histogram series has ever observed. `undefined` if that is not kept, or if the series has ended.
 */
export function largestEver(
  cumulative: MetricsSnapshot,
): (family: FamilySnapshot, index: number) => number | undefined {
  const byName = new Map<string, Map<string, number>>();
  for (const family of cumulative.families) {
    if (family.kind !== 'histogram' || family.origin !== 'own' || family.exponential === undefined) continue;
    const byRow = new Map<string, number>();
    family.exponential.forEach((point, index) => {
      if (!Number.isNaN(point.max)) byRow.set(seriesKey(family, index), point.max);
    });
    byName.set(family.name, byRow);
  }
  return (family, index) =>
    family.origin === 'own' ? byName.get(family.name)?.get(seriesKey(family, index)) : undefined;
}

// Another series may use the row after its series ended: the start time differs.
function seriesKey(family: FamilySnapshot, index: number): string {
  const row = family.rows[index] ?? 0;
  return `${row}/${family.startTimesMs[row] ?? 0}`;
}
