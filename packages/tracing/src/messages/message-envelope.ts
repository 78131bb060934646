import type { ContextValue } from '@sightline/context';

/** The number of the envelope's format. It goes up only when what is there changes its meaning; fields may be added. */
export const ENVELOPE_VERSION = 1;

export const MESSAGE_TYPES = ['command', 'query', 'event', 'saga'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** What a message looks like on its way, as JSON. `messageEnvelopeSchema` is the same as a JSON Schema. */
export interface MessageEnvelope<Payload = unknown> {
  /** Marks an envelope, and is the number of its format. */
  readonly sightline: typeof ENVELOPE_VERSION;
  /** One message, also when it is delivered again. */
  readonly id: string;
  readonly type: MessageType;
  /** What kind of command, query, event or saga message, such as `PlaceOrder`: few distinct values. */
  readonly name: string;
  /** When it was wrapped, ISO 8601 in UTC. */
  readonly timestamp: string;
  /** Which service sent it. */
  readonly source: string;
  /** Everything that one outside cause led to. */
  readonly correlation_id: string;
  /** The id of the message that was being handled when this one was wrapped. */
  readonly causation_id?: string | undefined;
  /** The fields of the propagator: `traceparent`, `tracestate`, `baggage`. */
  readonly trace?: Readonly<Record<string, string>> | undefined;
  /** Fields of `@sightline/context` that go along. */
  readonly context?: Readonly<Record<string, ContextValue>> | undefined;
  readonly payload: Payload;
}
