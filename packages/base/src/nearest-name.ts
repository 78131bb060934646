/** The candidate that is most similar to `text`, or `undefined` if none is similar. */
export function nearestName(text: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let smallest = Math.max(2, Math.floor(text.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(text, candidate);
    if (distance < smallest) {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** ` Did you mean "queue"?`, with a leading space, or an empty string if no candidate is similar. */
export function didYouMean(text: string, candidates: Iterable<string>): string {
  const nearest = nearestName(text, candidates);
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** Levenshtein distance of the first 200 characters: the fewest insertions, deletions and substitutions. */
export function editDistance(left: string, right: string): number {
  const a = left.slice(0, MAX_COMPARED);
  const b = right.slice(0, MAX_COMPARED);
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const MAX_COMPARED = 200;
