import type { FlatAttributes } from '@sightline/otlp/encode';
import type { KeptSource } from '../services/kept-source.js';

/** A span, as it is kept: without secrets, cut. About 300 bytes with five attributes. */
export interface KeptSpan {
  /** The same string for all spans of a trace. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly source: KeptSource;
  readonly name: string;
  /** 0 to 4: internal, server, client, producer, consumer. */
  readonly kind: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly scope: string;
  readonly attributes: FlatAttributes;
  readonly detail: SpanDetail | undefined;
  /** An estimate of its memory. */
  readonly bytes: number;
  /** The next of its trace in order of arrival. */
  next: KeptSpan | undefined;
  /** The edge of the flow graph that it counts in until a span of the called service arrives. */
  unconfirmedEdge: string | undefined;
}

/** What most spans do not have. */
export interface SpanDetail {
  readonly statusMessage: string | undefined;
  readonly events: readonly KeptEvent[];
  readonly links: readonly KeptLink[];
  /** Attributes, events and links that the sender or a limit here left out. */
  readonly leftOut: number;
}

export interface KeptEvent {
  readonly name: string;
  readonly timeMs: number;
  readonly attributes: FlatAttributes;
}

export interface KeptLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: FlatAttributes;
}

export const ERROR = 2;
export const SERVER = 1;
export const CLIENT = 2;
export const PRODUCER = 3;
export const CONSUMER = 4;
