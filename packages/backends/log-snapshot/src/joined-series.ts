import { type FamilySnapshot, type Point, pointsOf, presentLabels } from '@sightline/core/backend';

/** A point with its label values in the family's order and its number within the family. */
export interface SeriesPoint {
  readonly index: number;
  readonly values: readonly string[];
  readonly point: Point;
}

export function* seriesOf(family: FamilySnapshot): Generator<SeriesPoint, void, undefined> {
  let index = 0;
  for (const point of pointsOf(family)) {
    const labelNames = family.labelNames.slice(0, presentLabels(family, index));
    yield { index: index++, values: labelNames.map((name) => point.labels[name] ?? ''), point };
  }
}

/**
 * The series of a family by key: the label values, joined with `:` in label order. Different series may have the same key (`a:b` and
 * `c`, `a` and `b:c`). With `separate` their keys are then the JSON of their values; otherwise they share the key.
 */
export function joinedSeries(
  family: FamilySnapshot,
  { separate }: { separate: boolean },
): Map<string, [SeriesPoint, ...SeriesPoint[]]> {
  const joined = new Map<string, [SeriesPoint, ...SeriesPoint[]]>();
  for (const series of seriesOf(family)) addTo(joined, series.values.join(':'), series);
  if (!separate) return joined;
  const ambiguous: SeriesPoint[] = [];
  for (const [key, members] of joined) {
    if (members.every(({ values }) => values.every((value, k) => value === members[0].values[k]))) continue;
    ambiguous.push(...members);
    joined.delete(key);
  }
  const others = new Set(joined.keys());
  for (const series of ambiguous) {
    let key = JSON.stringify(series.values);
    while (others.has(key)) key += '_';
    addTo(joined, key, series);
  }
  return joined;
}

function addTo(groups: Map<string, [SeriesPoint, ...SeriesPoint[]]>, key: string, member: SeriesPoint): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [member]);
  else group.push(member);
}
