import type { ContextValue } from '@sightline/context';

/** The number of the envelope's format. It increases only if an existing field changes its meaning; fields may be added. */
export const ENVELOPE_VERSION = 1;

export const MESSAGE_TYPES = ['command', 'query', 'event', 'saga'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** A message as it is sent, as JSON. `messageEnvelopeSchema` is its JSON Schema. */
export interface MessageEnvelope<Payload = unknown> {
  /** The number of the envelope's format. Marks an object as an envelope. */
  readonly sightline: typeof ENVELOPE_VERSION;
  /** Identifies one message, also if it is delivered again. */
  readonly id: string;
  readonly type: MessageType;
  /** What kind of command, query, event or saga message, such as `PlaceOrder`: few distinct values. */
  readonly name: string;
  /** When the message was wrapped, ISO 8601 in UTC. */
  readonly timestamp: string;
  /** Which service sent it. */
  readonly source: string;
  /** Shared by all messages that follow from one external cause. */
  readonly correlation_id: string;
  /** The id of the message that was being handled when this one was wrapped. */
  readonly causation_id?: string | undefined;
  /** The fields of the propagator: `traceparent`, `tracestate`, `baggage`. */
  readonly trace?: Readonly<Record<string, string>> | undefined;
  /** Fields of `@sightline/context` that travel with the message. */
  readonly context?: Readonly<Record<string, ContextValue>> | undefined;
  readonly payload: Payload;
}
