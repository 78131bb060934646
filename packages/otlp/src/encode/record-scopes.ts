import type { Scope } from './record-encoder.js';
import type { PagedRecord } from './record-pages.js';

/** The encoded parts of each scope, made once per scope object. */
export class ScopeCache<Parts extends object> {
  readonly #partsOf: (scope: Scope) => Parts;
  readonly #known = new WeakMap<Scope, Parts>();
  #latest: Scope | undefined;
  #latestParts: Parts | undefined;

  constructor(partsOf: (scope: Scope) => Parts) {
    this.#partsOf = partsOf;
  }

  of(scope: Scope): Parts {
    if (scope === this.#latest && this.#latestParts !== undefined) return this.#latestParts;
    const parts = this.#known.get(scope) ?? this.#partsOf(scope);
    this.#known.set(scope, parts);
    this.#latest = scope;
    this.#latestParts = parts;
    return parts;
  }
}

export interface ScopeGroup<Parts> {
  readonly scope: Parts;
  readonly records: ReadonlyArray<PagedRecord<Parts>>;
  /** Bytes of all records. */
  readonly size: number;
}

/** Puts the records of each scope together, in the order in which the scopes come first. */
export function byScope<Parts>(records: ReadonlyArray<PagedRecord<Parts>>): ReadonlyArray<ScopeGroup<Parts>> {
  const groups = new Map<Parts, { scope: Parts; records: Array<PagedRecord<Parts>>; size: number }>();
  let group: { scope: Parts; records: Array<PagedRecord<Parts>>; size: number } | undefined;
  for (const record of records) {
    if (group === undefined || group.scope !== record.scope) {
      group = groups.get(record.scope) ?? { scope: record.scope, records: [], size: 0 };
      groups.set(record.scope, group);
    }
    group.records.push(record);
    group.size += record.size;
  }
  return [...groups.values()];
}

/** Copies records one after the other; those that follow each other in a page at once. @returns the position after the last one */
export function copyRecords<Parts>(records: ReadonlyArray<PagedRecord<Parts>>, target: Buffer, start: number): number {
  let at = start;
  for (let i = 0; i < records.length; ) {
    const { page, start: from, size } = records[i] as PagedRecord<Parts>;
    let end = from + size;
    for (i++; i < records.length; i++) {
      const next = records[i] as PagedRecord<Parts>;
      if (next.page !== page || next.start !== end) break;
      end += next.size;
    }
    at += page.copy(target, at, from, end);
  }
  return at;
}
