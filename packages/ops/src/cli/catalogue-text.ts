import type { Catalogue } from '../model/catalogue.js';

/** A line for each metric: type, name, labels, source, help. */
export function catalogueText({ metrics }: Catalogue): string {
  const rows = metrics.map(({ type, name, labels, source, help }) => [
    type,
    labels.length === 0 ? name : `${name}{${labels.map((label) => label.name).join(',')}}`,
    source,
    help.split('\n', 1)[0] ?? '',
  ]);
  const widths = [0, 1, 2].map((i) => Math.min(80, Math.max(...rows.map((row) => row[i]?.length ?? 0))));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, `${metrics.length} metrics`].join('\n');
}
