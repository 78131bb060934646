/** Objects of one kind in a heap snapshot. */
export interface HeapTotal {
  /** The constructor's name, or V8's own kind in brackets: `(string)`. */
  readonly name: string;
  readonly objects: number;
  readonly bytes: number;
}

/**
 * Adds up a heap snapshot (V8's `.heapsnapshot` JSON) by constructor, largest first. Reads it chunk by chunk and keeps only numbers, because
 * the file is larger than the heap. Throws for what is no snapshot.
 */
export async function heapTotals(
  chunks: AsyncIterable<Uint8Array | string>,
  limit: number,
): Promise<readonly HeapTotal[]> {
  const reader = new SnapshotReader();
  for await (const chunk of chunks)
    reader.add(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1'));
  return reader.totals(limit);
}

/** Snapshots begin with `{"snapshot":{"meta":{…}…},` and then have `"nodes":[…]`, other lists, and `"strings":[…]`. */
class SnapshotReader {
  #text = '';
  #state: 'head' | 'nodes' | 'between' | 'strings' | 'end' = 'head';
  #fields: readonly string[] = [];
  #types: readonly string[] = [];
  #field = 0;
  #node: number[] = [];
  readonly #sums = new Map<number, { readonly type: number; name: number; objects: number; bytes: number }>();
  #wanted: Map<number, string> | undefined;
  /** The number of the string that is read. */
  #string = 0;
  /** What is here of it, with its quotes, if it is wanted. */
  #name = '';
  #isInString = false;
  #isEscaped = false;

  add(chunk: string): void {
    this.#text += chunk;
    while (this.#step());
  }

  totals(limit: number): readonly HeapTotal[] {
    if (this.#state !== 'end') throw new Error('[live] The heap snapshot ended too early.');
    const named = new Map<string, { objects: number; bytes: number }>();
    for (const { type, name, objects, bytes } of this.#sums.values()) {
      const kind = this.#types[type] ?? 'unknown';
      const label = kind === 'object' ? (this.#wanted?.get(name) ?? '(other)') : `(${kind})`;
      const known = named.get(label) ?? { objects: 0, bytes: 0 };
      known.objects += objects;
      known.bytes += bytes;
      named.set(label, known);
    }
    return [...named]
      .map(([name, each]) => ({ name, ...each }))
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, limit);
  }

  /** @returns whether there may be more to read in the text that is here */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'nodes':
        return this.#readNumbers();
      case 'between':
        return this.#skipTo('"strings":[', 'strings');
      case 'strings':
        return this.#readStrings();
      case 'end':
        this.#text = '';
        return false;
    }
  }

  #readHead(): boolean {
    const at = this.#text.indexOf('"nodes":[');
    if (at < 0) {
      if (this.#text.length > MAX_HEAD) throw new Error('[live] This is no heap snapshot.');
      return false;
    }
    const { snapshot } = JSON.parse(`${this.#text.slice(0, at).replace(/,\s*$/, '')}}`) as SnapshotHead;
    this.#fields = snapshot.meta.node_fields;
    const [types] = snapshot.meta.node_types;
    this.#types = Array.isArray(types) ? types : [];
    this.#text = this.#text.slice(at + '"nodes":['.length);
    this.#state = 'nodes';
    return true;
  }

  #readNumbers(): boolean {
    const end = this.#text.indexOf(']');
    const until = end < 0 ? this.#text.lastIndexOf(',') : end;
    if (until < 0) return false;
    let value = -1;
    for (let i = 0; i < until; i++) {
      const code = this.#text.charCodeAt(i);
      if (code >= 48 && code <= 57) value = (value < 0 ? 0 : value * 10) + code - 48;
      else if (code === 44) {
        this.#put(value);
        value = -1;
      }
    }
    if (value >= 0) this.#put(value);
    this.#text = this.#text.slice(until + 1);
    if (end < 0) return false;
    this.#chooseNames();
    this.#state = 'between';
    return true;
  }

  #put(value: number): void {
    if (value < 0) return;
    this.#node[this.#field++] = value;
    if (this.#field < this.#fields.length) return;
    this.#field = 0;
    const type = this.#node[this.#fields.indexOf('type')] ?? 0;
    const bytes = this.#node[this.#fields.indexOf('self_size')] ?? 0;
    // Only objects are distinguished by their names: of strings and code each has its own.
    const isObject = this.#types[type] === 'object';
    const name = isObject ? (this.#node[this.#fields.indexOf('name')] ?? 0) : -1 - type;
    const known = this.#sums.get(name) ?? { type, name, objects: 0, bytes: 0 };
    known.objects++;
    known.bytes += bytes;
    this.#sums.set(name, known);
  }

  /** Only the strings that name large kinds are kept. */
  #chooseNames(): void {
    const largest = [...this.#sums.values()].sort((a, b) => b.bytes - a.bytes).slice(0, MAX_NAMES);
    this.#wanted = new Map(largest.map(({ name }) => [name, '']));
  }

  #skipTo(mark: string, next: 'strings'): boolean {
    const at = this.#text.indexOf(mark);
    if (at < 0) {
      this.#text = this.#text.slice(-mark.length);
      return false;
    }
    this.#text = this.#text.slice(at + mark.length);
    this.#state = next;
    return true;
  }

  #readStrings(): boolean {
    const text = this.#text;
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (!this.#isInString) {
        if (code === BRACKET) {
          this.#state = 'end';
          return true;
        }
        this.#isInString = code === QUOTE;
        start = i;
      } else if (this.#isEscaped) this.#isEscaped = false;
      else if (code === BACKSLASH) this.#isEscaped = true;
      else if (code === QUOTE) {
        this.#keep(text.slice(start, i + 1));
        const wanted = this.#wanted;
        if (wanted?.has(this.#string) === true) wanted.set(this.#string, textOf(this.#name));
        this.#name = '';
        this.#string++;
        this.#isInString = false;
      }
    }
    if (this.#isInString) this.#keep(text.slice(start));
    this.#text = '';
    return false;
  }

  /** Of a string that is wanted; the others may be as long as the heap. */
  #keep(part: string): void {
    if (this.#wanted?.has(this.#string) === true) this.#name += part;
  }
}

interface SnapshotHead {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: ReadonlyArray<string | string[]> };
  };
}

const MAX_HEAD = 1_000_000;
const MAX_NAMES = 200;
const QUOTE = 34;
const BACKSLASH = 92;
const BRACKET = 93;

function textOf(json: string): string {
  try {
    return Buffer.from(JSON.parse(json) as string, 'latin1')
      .toString('utf8')
      .slice(0, 200);
  } catch {
    return '(unreadable)';
  }
}
