import { createHash } from 'node:crypto';

/**
 * Finds what is kept already, for lines and messages, which have no id of their own: by all that they hold. One that was sent twice is kept twice, and
 * is in the session twice: each that is kept makes one of the session a repeat.
 */
export class Repeats {
  readonly #kept: () => Iterable<readonly unknown[]>;
  #counts: Map<string, number> | undefined;

  /** @param kept read at the first question: 50 000 lines take about 150 ms */
  constructor(kept: () => Iterable<readonly unknown[]>) {
    this.#kept = kept;
  }

  /** Ask once for each one of a session. */
  isRepeat(...item: readonly unknown[]): boolean {
    this.#counts ??= countsOf(this.#kept());
    const key = keyOf(item);
    const count = this.#counts.get(key) ?? 0;
    if (count > 0) this.#counts.set(key, count - 1);
    return count > 0;
  }
}

function countsOf(items: Iterable<readonly unknown[]>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Short, because there are many. */
function keyOf(item: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(item)).digest('base64');
}
