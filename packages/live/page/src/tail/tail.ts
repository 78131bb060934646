/** Rows that arrive, oldest first: what a list of log lines or messages shows. Never changed, always replaced. */
export interface Tail<Row> {
  readonly entries: ReadonlyArray<TailEntry<Row>>;
}

export type TailEntry<Row> =
  | { readonly kind: 'row'; readonly id: string; readonly timeMs: number; readonly row: Row }
  /** Rows that are not here: more came than could be sent, or they were no longer kept. */
  | { readonly kind: 'gap'; readonly id: string; readonly timeMs: number; readonly count: number };

export const emptyTail: Tail<never> = { entries: [] };

interface TailRow {
  readonly id: string;
}

/**
 * Adds what came since and keeps the newest `maxRows`. Services send at different times what happened at the same time: each row gets to
 * where its time belongs, after those of the same time. Rows that are there already are left out.
 */
export function appended<Row extends TailRow>(
  tail: Tail<Row>,
  rows: readonly Row[],
  skipped: number,
  { maxRows, timeOf }: { readonly maxRows: number; readonly timeOf: (row: Row) => number },
): Tail<Row> {
  const known = new Set(tail.entries.map(({ id }) => id));
  const before = withGap(tail.entries, skipped);
  const entries = merged(before, sortedEntries(rows, known, timeOf));
  const removed = Math.max(0, entries.length - maxRows);
  return { entries: removed === 0 ? entries : entries.slice(removed) };
}

/** Adds older rows. */
export function prepended<Row extends TailRow>(
  tail: Tail<Row>,
  rows: readonly Row[],
  timeOf: (row: Row) => number,
): Tail<Row> {
  const known = new Set(tail.entries.map(({ id }) => id));
  return { entries: merged(sortedEntries(rows, known, timeOf), tail.entries) };
}

function withGap<Row>(entries: Tail<Row>['entries'], skipped: number): Tail<Row>['entries'] {
  if (skipped === 0) return entries;
  const last = entries.at(-1);
  if (last?.kind === 'gap') return [...entries.slice(0, -1), { ...last, count: last.count + skipped }];
  return [
    ...entries,
    {
      kind: 'gap',
      id: `gap after ${last?.id ?? 'nothing'}`,
      timeMs: last?.timeMs ?? Number.NEGATIVE_INFINITY,
      count: skipped,
    },
  ];
}

function sortedEntries<Row extends TailRow>(
  rows: readonly Row[],
  known: ReadonlySet<string>,
  timeOf: (row: Row) => number,
): Array<TailEntry<Row>> {
  return rows
    .filter(({ id }) => !known.has(id))
    .map((row) => ({ kind: 'row' as const, id: row.id, timeMs: timeOf(row), row }))
    .sort((a, b) => a.timeMs - b.timeMs);
}

/** Both are sorted; of the same time, those of `before` come first. Nearly always all of `after` belongs to the end. */
function merged<Entry extends { readonly timeMs: number }>(
  before: readonly Entry[],
  after: readonly Entry[],
): readonly Entry[] {
  const [earliest] = after;
  if (earliest === undefined) return before;
  const isLater = ({ timeMs }: Entry): boolean => timeMs > earliest.timeMs;
  const unmoved = before.findLastIndex((entry) => !isLater(entry)) + 1;
  const entries = before.slice(0, unmoved);
  let at = unmoved;
  for (const entry of after) {
    for (let next = before[at]; next !== undefined && next.timeMs <= entry.timeMs; next = before[++at])
      entries.push(next);
    entries.push(entry);
  }
  return entries.concat(before.slice(at));
}
