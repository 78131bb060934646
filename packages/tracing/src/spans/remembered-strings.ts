/**
 * Short strings that were found to need no change. Most values come again: a method, a host, a route, a queue. Forgets the older half
 * when it is full, so that values that never come again do not push out those that do.
 */
export class RememberedStrings {
  #young = new Set<string>();
  #old: ReadonlySet<string> = new Set<string>();

  has(text: string): boolean {
    if (this.#young.has(text)) return true;
    if (!this.#old.has(text)) return false;
    this.add(text);
    return true;
  }

  add(text: string): void {
    if (text.length > MAX_LENGTH) return;
    if (this.#young.size >= MAX_STRINGS) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(text);
  }
}

/** Two halves of 512 strings of 128 characters: at most 256 kB. */
const MAX_STRINGS = 512;
const MAX_LENGTH = 128;
