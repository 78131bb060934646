import { type TimelineEntry, Timelines } from '../statistics/timelines.js';
import { type SpanFacts, spanFactsOf } from '../values/span-facts.js';
import { CLIENT, CONSUMER, ERROR, type KeptSpan, PRODUCER, SERVER } from './kept-span.js';

/** A node of the flow graph, as part of an edge. */
export interface FlowEnd {
  readonly id: string;
  readonly name: string;
  readonly kind: 'service' | 'topic' | 'database' | 'peer';
}

export interface FlowEdgeFacts {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  /** The topic between two services. */
  readonly via?: string | undefined;
}

/**
 * Who calls whom, from spans as they arrive. What goes through a broker leads to its topic and from there on. A call leads to the service
 * that sent the span of it; to its address only while no service did.
 */
export class FlowStatistics {
  /** To and from topics and databases, and from service to service where nothing is between them. */
  readonly edges: Timelines<FlowEdgeFacts>;
  /** From service to service and the topic between them: of spans whose parents are in other services. */
  readonly serviceEdges: Timelines<FlowEdgeFacts>;
  /** From a service to an address: of calls without an answer. */
  readonly unconfirmedEdges: Timelines<FlowEdgeFacts>;
  /** Server, consumer and root spans, by service. */
  readonly handled: Timelines<FlowEnd>;
  /** The services that were found behind addresses. */
  readonly #serviceOf = new Map<string, string>();
  readonly #ends = new Map<string, FlowEnd>();

  constructor({ maxEdges, maxServices }: { readonly maxEdges: number; readonly maxServices: number }) {
    this.edges = new Timelines(maxEdges);
    this.serviceEdges = new Timelines(maxEdges);
    this.unconfirmedEdges = new Timelines(maxEdges);
    this.handled = new Timelines(maxServices + 1);
  }

  get bytes(): number {
    return this.edges.bytes + this.serviceEdges.bytes + this.unconfirmedEdges.bytes + this.handled.bytes;
  }

  get refused(): number {
    return this.edges.refused + this.serviceEdges.refused + this.unconfirmedEdges.refused;
  }

  /** @param timeMs when it ended, no later than now */
  add(span: KeptSpan, facts: SpanFacts, timeMs: number): void {
    const { kind, parentSpanId, source } = span;
    const isHandled = kind === SERVER || kind === CONSUMER || parentSpanId === undefined;
    if (kind < CLIENT && !isHandled) return;
    const own = this.#endOf(source.service);
    if (isHandled) this.handled.add(own.id, timed(span, timeMs), () => own);
    if (kind < CLIENT) return;
    const topic = topicOf(facts);
    if (topic !== undefined) {
      const operation = facts.messagingOperation;
      if (kind === CONSUMER) {
        if (!isSettling(facts)) this.#count(this.edges, topic, own, span, timeMs);
      } else if (kind === PRODUCER || operation === 'send' || operation === 'publish') {
        if (operation !== 'create') this.#count(this.edges, own, topic, span, timeMs);
      }
      return;
    }
    if (kind !== CLIENT) return;
    const database = databaseOf(facts);
    if (database !== undefined) {
      this.#count(this.edges, own, database, span, timeMs);
      return;
    }
    const peer = peerOf(facts);
    if (peer !== undefined) span.unconfirmedEdge = this.#count(this.unconfirmedEdges, own, peer, span, timeMs);
  }

  /** A span whose parent is one of another service: both are known now. */
  crossed(parent: KeptSpan, child: KeptSpan, nowMs: number): void {
    const to = this.#endOf(child.source.service);
    const edge = parent.unconfirmedEdge;
    if (edge !== undefined) {
      parent.unconfirmedEdge = undefined;
      this.#takeBack(edge, parent, to.name, nowMs);
    }
    if (parent.source.service === child.source.service) return;
    const from = this.#endOf(parent.source.service);
    const timeMs = endOf(child, nowMs);
    const facts = child.kind === CONSUMER ? spanFactsOf(child.attributes) : {};
    if (isSettling(facts)) return;
    const via = topicOf(facts)?.name;
    this.#count(this.serviceEdges, from, to, child, timeMs, via);
    if (via === undefined) this.#count(this.edges, from, to, child, timeMs);
  }

  /** The service behind an address, if it has sent spans. */
  serviceBehind(peerId: string): string | undefined {
    return this.#serviceOf.get(peerId);
  }

  dropOldest(): boolean {
    const all: ReadonlyArray<Timelines<FlowEdgeFacts> | Timelines<FlowEnd>> = [
      this.edges,
      this.serviceEdges,
      this.unconfirmedEdges,
      this.handled,
    ];
    const largest = all.reduce((a, b) => (b.bytes > a.bytes ? b : a));
    return largest.dropOldest();
  }

  /** Made once, so that the hash of its id is computed once. */
  #endOf(service: string): FlowEnd {
    let end = this.#ends.get(service);
    if (end === undefined) {
      end = serviceEnd(service);
      if (this.#ends.size < MAX_ADDRESSES) this.#ends.set(service, end);
    }
    return end;
  }

  #count(
    edges: Timelines<FlowEdgeFacts>,
    from: FlowEnd,
    to: FlowEnd,
    span: KeptSpan,
    timeMs: number,
    via?: string,
  ): string | undefined {
    const key = `${from.id}\n${to.id}\n${via ?? ''}`;
    const entry = edges.add(key, timed(span, timeMs), () => ({ from, to, via }));
    if (entry === undefined) return undefined;
    entry.traceId = span.traceId;
    return key;
  }

  #takeBack(key: string, span: KeptSpan, service: string, nowMs: number): void {
    const entry: TimelineEntry<FlowEdgeFacts> | undefined = this.unconfirmedEdges.get(key);
    if (entry === undefined) return;
    this.unconfirmedEdges.add(key, { ...timed(span, endOf(span, nowMs)), times: -1 }, () => entry.facts);
    const peer = entry.facts.to.id;
    if (this.#serviceOf.size < MAX_ADDRESSES || this.#serviceOf.has(peer)) this.#serviceOf.set(peer, service);
  }
}

const MAX_ADDRESSES = 1000;

export function serviceEnd(name: string): FlowEnd {
  return { id: `service:${name}`, name, kind: 'service' };
}

/** When a span ended, by its own clock, but no later than now: times to come would push out what is newer. */
export function endOf({ startMs, durationMs }: KeptSpan, nowMs: number): number {
  return Math.min(nowMs, startMs + durationMs);
}

function timed({ durationMs, status }: KeptSpan, timeMs: number) {
  return { timeMs, durationMs, isError: status === ERROR };
}

/** A batch is received once, and each of its messages processed: that is what counts. */
function isSettling({ messagingOperation }: SpanFacts): boolean {
  return messagingOperation === 'receive' || messagingOperation === 'settle';
}

/** A template stands for names that are many, as those of reply queues. */
function topicOf({ destinationTemplate, destination }: SpanFacts): FlowEnd | undefined {
  const name = textOf(destinationTemplate) ?? textOf(destination);
  return name === undefined ? undefined : { id: `topic:${name}`, name, kind: 'topic' };
}

function databaseOf({ dbSystem, dbNamespace, serverAddress }: SpanFacts): FlowEnd | undefined {
  const system = textOf(dbSystem);
  if (system === undefined) return undefined;
  const where = textOf(dbNamespace) ?? textOf(serverAddress);
  const name = where === undefined ? system : `${system} ${where}`;
  return { id: `database:${name}`, name, kind: 'database' };
}

function peerOf({ peerService, serverAddress, serverPort, url }: SpanFacts): FlowEnd | undefined {
  const address = textOf(serverAddress);
  const port = typeof serverPort === 'number' ? `:${serverPort}` : '';
  const name = textOf(peerService) ?? (address === undefined ? hostOf(url) : `${address}${port}`);
  return name === undefined ? undefined : { id: `peer:${name}`, name, kind: 'peer' };
}

function hostOf(url: unknown): string | undefined {
  if (typeof url !== 'string') return undefined;
  return /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#@]*@)?([^/?#@]{1,200})/i.exec(url)?.[1];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_NAME) : undefined;
}

const MAX_NAME = 200;
