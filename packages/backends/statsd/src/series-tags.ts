import type { FamilySnapshot } from '@sightline/core/backend';

/** Writes the tags of a family's points: tags of the backend, default labels, labels. The last of equal names wins. Absent optional labels are omitted. */
export function seriesTags(
  family: FamilySnapshot,
  ownTags: ReadonlyMap<string, string>,
  tagText: (name: string, value: string) => string,
): (i: number) => string[] {
  const { labelNames, labelValues, constantLabels, rows, optionalLabels = [] } = family;
  const labels = new Set(labelNames);
  const constants = [...new Map([...ownTags, ...Object.entries(constantLabels)])]
    .filter(([name]) => !labels.has(name))
    .map(([name, value]) => tagText(name, value));
  return (i) => {
    const first = (rows[i] ?? 0) * labelNames.length;
    const tags = [...constants];
    for (const [k, name] of labelNames.entries()) {
      const value = labelValues[first + k] ?? '';
      if (value !== '' || !optionalLabels.includes(name)) tags.push(tagText(name, value));
    }
    return tags;
  };
}
