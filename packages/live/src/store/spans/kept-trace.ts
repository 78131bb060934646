import { MAP_ENTRY } from '../sizes.js';
import { clockDifferenceMs } from './clock-difference.js';
import type { KeptSpan } from './kept-span.js';
import { ERROR } from './kept-span.js';
import { spanTree } from './span-tree.js';

/**
 * The spans of a trace that are kept, as a list in order of arrival. Children arrive before their parents as a rule, and from several
 * services in any order.
 */
export class KeptTrace {
  readonly traceId: string;
  size = 0;
  errors = 0;
  /** Arrival of the newest span, to find what changed. */
  lastArrival = 0;
  first: KeptSpan | undefined;
  /** Whether spans of more than one source were added. */
  isDistributed = false;
  #last: KeptSpan | undefined;
  #index: TraceIndex | undefined;
  #summary: TraceSummary | undefined;

  constructor(traceId: string) {
    this.traceId = traceId;
  }

  *spans(): Generator<KeptSpan, void, undefined> {
    for (let span = this.first; span !== undefined; span = span.next) yield span;
  }

  find(spanId: string): KeptSpan | undefined {
    if (this.#index !== undefined) return this.#index.byId.get(spanId);
    for (let span = this.first; span !== undefined; span = span.next) if (span.spanId === spanId) return span;
    return undefined;
  }

  /** Spans that arrived before this one and have it as their parent. */
  childrenOf(parent: KeptSpan): readonly KeptSpan[] {
    if (this.#index !== undefined) return this.#index.byParent.get(parent.spanId) ?? none;
    const children: KeptSpan[] = [];
    for (let span = this.first; span !== undefined; span = span.next) {
      if (span.parentSpanId === parent.spanId && span !== parent) children.push(span);
    }
    return children;
  }

  /** @returns bytes that the index of a large trace takes for it */
  add(span: KeptSpan, arrival: number): number {
    if (this.#last === undefined) this.first = span;
    else {
      if (this.#last.source !== span.source) this.isDistributed = true;
      this.#last.next = span;
    }
    this.#last = span;
    this.size++;
    this.lastArrival = arrival;
    if (span.status === ERROR) this.errors++;
    this.#summary = undefined;
    if (this.#index !== undefined) {
      addToIndex(this.#index, span);
      return INDEXED_BYTES;
    }
    if (this.size <= MAX_UNINDEXED) return 0;
    const index: TraceIndex = { byId: new Map(), byParent: new Map() };
    for (const each of this.spans()) addToIndex(index, each);
    this.#index = index;
    return INDEXED_BYTES * this.size;
  }

  /** Removes the span that arrived first. @returns bytes of the index that become free */
  removeFirst(): number {
    const span = this.first;
    if (span === undefined) return 0;
    this.first = span.next;
    if (this.first === undefined) this.#last = undefined;
    this.size--;
    if (span.status === ERROR) this.errors--;
    this.#summary = undefined;
    if (this.#index === undefined) return 0;
    removeFromIndex(this.#index, span);
    return INDEXED_BYTES;
  }

  summary(): TraceSummary {
    this.#summary ??= summaryOf(this);
    return this.#summary;
  }
}

export interface TraceSummary {
  /** As `startMs` of its spans in their tree: by the clock of the root's process. */
  readonly startMs: number;
  readonly endMs: number;
  /** The earliest span without a parent; else the earliest. */
  readonly root: KeptSpan | undefined;
  readonly isRootMissing: boolean;
}

interface TraceIndex {
  readonly byId: Map<string, KeptSpan>;
  readonly byParent: Map<string, KeptSpan[]>;
}

/** Up to here a look through the list is as fast as a map. */
const MAX_UNINDEXED = 32;
/** Entries of two maps, and a list. */
const INDEXED_BYTES = 2 * MAP_ENTRY + 80;
const none: readonly KeptSpan[] = [];

function addToIndex({ byId, byParent }: TraceIndex, span: KeptSpan): void {
  byId.set(span.spanId, span);
  const { parentSpanId } = span;
  if (parentSpanId === undefined || parentSpanId === span.spanId) return;
  const siblings = byParent.get(parentSpanId);
  if (siblings === undefined) byParent.set(parentSpanId, [span]);
  else siblings.push(span);
}

function removeFromIndex({ byId, byParent }: TraceIndex, span: KeptSpan): void {
  byId.delete(span.spanId);
  const { parentSpanId } = span;
  if (parentSpanId === undefined) return;
  const siblings = byParent.get(parentSpanId);
  if (siblings === undefined) return;
  // Siblings are in order of arrival, as removals are.
  if (siblings[0] === span) siblings.shift();
  if (siblings.length === 0) byParent.delete(parentSpanId);
}

function summaryOf(trace: KeptTrace): TraceSummary {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  let root: Started | undefined;
  let earliest: Started | undefined;
  for (const each of startsOf(trace)) {
    const { span } = each;
    if (each.startMs < startMs) {
      startMs = each.startMs;
      earliest = each;
    }
    endMs = Math.max(endMs, each.startMs + span.durationMs);
    const isRoot = span.parentSpanId === undefined || span.parentSpanId === span.spanId;
    if (isRoot && (root === undefined || each.startMs < root.startMs)) root = each;
  }
  return { startMs, endMs, root: (root ?? earliest)?.span, isRootMissing: root === undefined };
}

interface Started {
  readonly span: KeptSpan;
  readonly startMs: number;
}

/** The spans with their starts, corrected only where a clock is seen to be wrong: for a large trace the tree takes milliseconds. */
function startsOf(trace: KeptTrace): Iterable<Started> {
  return trace.isDistributed && hasWrongClock(trace) ? spanTree(trace.spans()) : started(trace);
}

function* started(trace: KeptTrace): Generator<Started, void, undefined> {
  for (const span of trace.spans()) yield { span, startMs: span.startMs };
}

function hasWrongClock(trace: KeptTrace): boolean {
  for (const span of trace.spans()) {
    const parent = span.parentSpanId === undefined ? undefined : trace.find(span.parentSpanId);
    if (parent !== undefined && parent.source !== span.source && clockDifferenceMs(parent, span) !== 0) return true;
  }
  return false;
}
