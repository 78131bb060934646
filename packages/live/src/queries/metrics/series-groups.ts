import type { Labels } from '../../store/metrics/line-head.js';
import type { PartLine } from './line-cells.js';

export interface SeriesGroup {
  readonly labels: Labels;
  readonly lines: PartLine[];
}

/** A label of a series; the instance of its service is one, too. */
export function labelOf({ part, line }: PartLine, name: string): string | undefined {
  return line.head.labels[name] ?? (name === INSTANCE ? part.source.instance : undefined);
}

export const INSTANCE = 'service.instance.id';

/**
 * By labels, or by one of them. Counts of several instances of a service add up; their gauges are distinguished by the instance's id, since a sum
 * may mean nothing.
 */
export function groupsOf(
  matching: readonly PartLine[],
  by: string | undefined,
  areGauges: boolean,
): Map<string, SeriesGroup> {
  const groups = new Map<string, SeriesGroup>();
  const instances = new Set(matching.map(({ part }) => part.source));
  for (const each of matching) {
    const { head } = each.line;
    const labels: Record<string, string> = Object.create(null);
    if (by !== undefined) labels[by] = labelOf(each, by) ?? '';
    else {
      for (const name of Object.keys(head.labels)) labels[name] = head.labels[name] as string;
      const { instance } = each.part.source;
      if (areGauges && instances.size > 1 && instance !== undefined) labels[INSTANCE] ??= instance;
    }
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels, lines: [each] });
    else group.lines.push(each);
  }
  return groups;
}
