import { type TimelineEntry, Timelines } from '../statistics/timelines.js';
import type { SpanFacts } from '../values/span-facts.js';
import { CLIENT, ERROR, type KeptSpan } from './kept-span.js';

export interface OperationFacts {
  readonly service: string;
  readonly name: string;
  /** 0 to 4. */
  readonly kind: number;
}

export interface QueryFacts {
  readonly service: string;
  readonly system: string;
  readonly summary: string;
}

/** How often and how long: operations, which are spans by service, name and kind, and queries by their summary. */
export class SpanStatistics {
  readonly operations: Timelines<OperationFacts>;
  readonly queries: Timelines<QueryFacts>;

  readonly #keys = new OperationKeys();

  constructor(maxOperations: number) {
    this.operations = new Timelines(maxOperations);
    this.queries = new Timelines(maxOperations);
  }

  get bytes(): number {
    return this.operations.bytes + this.queries.bytes;
  }

  /** @param timeMs when it ended, no later than now */
  add(span: KeptSpan, facts: SpanFacts, timeMs: number): void {
    const { service } = span.source;
    const { name, kind, durationMs } = span;
    const duration = { timeMs, durationMs, isError: span.status === ERROR };
    const entry = this.operations.add(this.#keys.of(service, kind, name), duration, () => ({ service, name, kind }), {
      // Of each kind, since server and consumer spans are the requests of a service.
      key: `${service}\n\n${kind}`,
      facts: () => ({ service, name: OTHER, kind }),
    });
    remember(entry, span);
    if (kind !== CLIENT || typeof facts.dbSystem !== 'string') return;
    const system = facts.dbSystem;
    const summary = querySummary(name, facts);
    const query = this.queries.add(
      `${service}\n${system}\n${summary}`,
      duration,
      () => ({ service, system, summary }),
      { key: `${service}\n${system}`, facts: () => ({ service, system, summary: OTHER }) },
    );
    remember(query, span);
  }

  dropOldest(): boolean {
    const { operations, queries } = this;
    return (operations.bytes >= queries.bytes ? operations : queries).dropOldest();
  }
}

/** Keys of operations, made once: to put one together and to hash it takes 0.2 us for each span. */
class OperationKeys {
  readonly #byService = new Map<string, Array<Map<string, string>>>();

  of(service: string, kind: number, name: string): string {
    let byKind = this.#byService.get(service);
    if (byKind === undefined) {
      if (this.#byService.size >= MAX_SERVICES) this.#byService.clear();
      byKind = Array.from({ length: 5 }, () => new Map<string, string>());
      this.#byService.set(service, byKind);
    }
    const byName = byKind[kind] as Map<string, string>;
    let key = byName.get(name);
    if (key === undefined) {
      if (byName.size >= MAX_NAMES) byName.clear();
      key = `${service}\n${kind}${name}`;
      byName.set(name, key);
    }
    return key;
  }
}

const MAX_SERVICES = 20;
const MAX_NAMES = 200;

/** What is beyond the maximum, of each service and kind together. */
const OTHER = 'other';

export function querySummary(spanName: string, { dbSummary, dbOperation, dbCollection }: SpanFacts): string {
  if (typeof dbSummary === 'string' && dbSummary !== '') return dbSummary;
  if (typeof dbOperation !== 'string' || dbOperation === '') return spanName;
  return typeof dbCollection === 'string' && dbCollection !== '' ? `${dbOperation} ${dbCollection}` : dbOperation;
}

function remember(entry: TimelineEntry<object> | undefined, { traceId }: KeptSpan): void {
  if (entry !== undefined) entry.traceId = traceId;
}
