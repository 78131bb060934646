import type { SpanRecord } from '@sightline/otlp/encode';
import { Ring } from '../ring.js';
import type { KeptSource } from '../services/kept-source.js';
import { ARRAY, MAP_ENTRY, NUMBER, OBJECT, WORD } from '../sizes.js';
import { RecordValues } from '../values/record-values.js';
import { MAX_TEXT, type SafeTexts } from '../values/safe-texts.js';
import type { SpanFacts } from '../values/span-facts.js';
import { endOf } from './flow-statistics.js';
import { CLIENT, type KeptEvent, type KeptLink, type KeptSpan, type SpanDetail } from './kept-span.js';
import { KeptTrace } from './kept-trace.js';
import { spanIdOf, traceIdOf } from './trace-ids.js';

export interface SpanStoreOptions {
  readonly maxSpans: number;
  readonly texts: SafeTexts;
  readonly now: () => number;
  readonly observer: SpanObserver;
}

/** Gets each span that is kept, once. */
export interface SpanObserver {
  /** @param timeMs when it ended, no later than now */
  added(span: KeptSpan, facts: SpanFacts, timeMs: number): void;
  /** A span and its parent, which is of another process: called when the second of them has arrived. */
  crossed(parent: KeptSpan, child: KeptSpan): void;
}

/** The newest spans, by trace. */
export class SpanStore {
  /** By trace id, in order of the first span's arrival. */
  readonly traces: Map<string, KeptTrace> = new Map<string, KeptTrace>();
  bytes = 0;
  /** Spans that are no longer kept. */
  overwritten = 0;
  /** Spans that came once more. */
  repeated = 0;
  /** Spans without a valid trace id and span id. */
  invalid = 0;
  /** Attributes, events, links and elements that a limit here left out. */
  leftOut = 0;
  /** How many spans were ever kept. */
  arrivals = 0;
  readonly #options: SpanStoreOptions;
  readonly #values: RecordValues;
  readonly #ring = new Ring<KeptSpan>();

  constructor(options: SpanStoreOptions) {
    this.#options = options;
    this.#values = new RecordValues(options.texts);
  }

  get size(): number {
    return this.#ring.size;
  }

  newestFirst(): Iterable<KeptSpan> {
    return this.#ring.newestFirst();
  }

  /** Oldest first. */
  spans(): Iterable<KeptSpan> {
    return this.#ring;
  }

  /** @returns the span, unless it is invalid or was kept before */
  add(record: SpanRecord, scope: string, source: KeptSource): KeptSpan | undefined {
    const traceId = traceIdOf(record.traceId);
    const spanId = spanIdOf(record.spanId);
    if (traceId === undefined || spanId === undefined) {
      this.invalid++;
      return undefined;
    }
    const known = this.traces.get(traceId);
    if (known?.find(spanId) !== undefined) {
      this.repeated++;
      return undefined;
    }
    if (this.#ring.size >= this.#options.maxSpans) this.dropOldest();
    // Removing the oldest span may have removed its trace.
    let trace = this.traces.get(traceId);
    if (trace === undefined) {
      trace = new KeptTrace(traceId);
      this.traces.set(traceId, trace);
      this.bytes += TRACE_BYTES;
    }
    const span = this.#kept(record, trace, spanId, scope, source);
    const children = trace.isDistributed || isOfAnother(trace, source) ? trace.childrenOf(span) : none;
    this.bytes += span.bytes + trace.add(span, ++this.arrivals);
    this.#ring.push(span);
    this.#report(span, trace, children);
    return span;
  }

  dropOldest(): boolean {
    const span = this.#ring.shift();
    if (span === undefined) return false;
    this.overwritten++;
    const trace = this.traces.get(span.traceId);
    this.bytes -= span.bytes + (trace?.removeFirst() ?? 0);
    if (trace?.size === 0) {
      this.traces.delete(span.traceId);
      this.bytes -= TRACE_BYTES;
    }
    return true;
  }

  #report(span: KeptSpan, trace: KeptTrace, children: readonly KeptSpan[]): void {
    const { observer, now } = this.#options;
    observer.added(span, this.#values.facts, endOf(span, now()));
    for (const child of children) if (child.source !== span.source) observer.crossed(span, child);
    if (!trace.isDistributed || span.parentSpanId === undefined) return;
    const parent = trace.find(span.parentSpanId);
    if (parent !== undefined && parent.source !== span.source) observer.crossed(parent, span);
  }

  #kept(record: SpanRecord, trace: KeptTrace, spanId: string, scope: string, source: KeptSource): KeptSpan {
    const { texts, now } = this.#options;
    const values = this.#values;
    values.begin(SPAN_BYTES);
    const name = values.text(record.name, MAX_NAME);
    const attributes = values.attributes(record.attributes, record.kind >= CLIENT);
    const detail = this.#detail(record);
    this.leftOut += values.leftOut;
    const hasStart = record.startSeconds > 0;
    const hasEnd = record.endSeconds > 0;
    const durationMs =
      hasStart && hasEnd
        ? (record.endSeconds - record.startSeconds) * 1000 + (record.endNanos - record.startNanos) / 1e6
        : 0;
    return {
      traceId: trace.traceId,
      spanId,
      parentSpanId: spanIdOf(record.parentSpanId ?? ''),
      source,
      name,
      kind: record.kind >= 0 && record.kind <= 4 ? record.kind : 0,
      status: record.statusCode === 1 || record.statusCode === 2 ? record.statusCode : 0,
      startMs: hasStart
        ? msOf(record.startSeconds, record.startNanos)
        : hasEnd
          ? msOf(record.endSeconds, record.endNanos)
          : now(),
      durationMs: Math.max(0, durationMs),
      scope: texts.text(scope, MAX_NAME),
      attributes,
      detail,
      bytes: values.bytes,
      next: undefined,
      unconfirmedEdge: undefined,
    };
  }

  #detail(record: SpanRecord): SpanDetail | undefined {
    const values = this.#values;
    const isPlain = record.events.length === 0 && record.links.length === 0 && record.statusMessage === undefined;
    if (
      isPlain &&
      values.leftOut + record.droppedAttributesCount + record.droppedEventsCount + record.droppedLinksCount === 0
    )
      return undefined;
    const statusMessage = record.statusMessage === undefined ? undefined : values.text(record.statusMessage, MAX_TEXT);
    const events = record.events.slice(0, MAX_EVENTS).map((event): KeptEvent => {
      values.bytes += EVENT_BYTES;
      return {
        name: values.text(event.name, MAX_NAME),
        timeMs: msOf(event.seconds, event.nanos),
        attributes: values.attributes(event.attributes),
      };
    });
    const links: KeptLink[] = [];
    for (const link of record.links.slice(0, MAX_EVENTS)) {
      const traceId = traceIdOf(link.traceId);
      const spanId = spanIdOf(link.spanId);
      if (traceId === undefined || spanId === undefined) continue;
      values.bytes += LINK_BYTES;
      links.push({ traceId, spanId, attributes: values.attributes(link.attributes) });
    }
    values.leftOut += record.events.length - events.length + record.links.length - links.length;
    const leftOut =
      values.leftOut +
      record.droppedAttributesCount +
      record.droppedEventsCount +
      record.droppedLinksCount +
      record.events.reduce((sum, event) => sum + event.droppedAttributesCount, 0) +
      record.links.reduce((sum, link) => sum + link.droppedAttributesCount, 0);
    values.bytes += OBJECT + 4 * WORD + 2 * ARRAY + (events.length + links.length) * WORD;
    return { statusMessage, events, links, leftOut };
  }
}

/** A span without its values: the object, its times, two ids, its place in the ring, its key. */
const SPAN_BYTES = OBJECT + 16 * WORD + 2 * NUMBER + 2 * 40 + 2 * WORD;
const TRACE_BYTES = OBJECT + 12 * WORD + 56 + MAP_ENTRY + OBJECT + 4 * WORD + 2 * NUMBER;
const EVENT_BYTES = OBJECT + 3 * WORD + NUMBER;
const LINK_BYTES = OBJECT + 3 * WORD + 56 + 40;
const MAX_EVENTS = 128;
const MAX_NAME = 512;
const none: readonly KeptSpan[] = [];

function msOf(seconds: number, nanos: number): number {
  return seconds * 1000 + nanos / 1e6;
}

function isOfAnother(trace: KeptTrace, source: KeptSource): boolean {
  return trace.first !== undefined && trace.first.source !== source;
}
