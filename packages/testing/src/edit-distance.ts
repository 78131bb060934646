import { nearestName } from '@sightline/base';

/** Levenshtein's distance: the fewest insertions, deletions and substitutions between two texts. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** ` Did you mean "…"?` with a leading space, or nothing. */
export function didYouMean(text: string, candidates: Iterable<string>): string {
  const nearest = nearestName(text, candidates);
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}
