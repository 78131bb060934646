import type { MessageType } from './message-envelope.js';

/** What is to be sent. */
export interface OutgoingMessage<Payload = unknown> {
  readonly type: MessageType;
  /** What kind of command, query, event or saga message: few distinct values. */
  readonly name: string;
  /** Goes into the envelope as it is. Bytes (`Uint8Array`) are encoded as base64. */
  readonly payload?: Payload | undefined;
  /**
   * The payload as JSON that is serialised already, instead of `payload`, for `encode` and `encodeBytes`: put into the envelope
   * without being looked at, so it must be right.
   */
  readonly json?: string | Uint8Array | undefined;
  /** Default: a random UUID. */
  readonly id?: string | undefined;
  /** Default: that of the current context, else a random UUID. */
  readonly correlation_id?: string | undefined;
  /** Default: the id of the message being handled. */
  readonly causation_id?: string | undefined;
  /** The fields of a propagator, where the message has a context already: sent as they are. Default: the active context's. */
  readonly trace?: Readonly<Record<string, string>> | undefined;
}

/** Where a message goes to or comes from, for its span. */
export interface MessageRoute {
  /** `messaging.system`, such as `kafka`, `rabbitmq`, `nats`. Default: the propagator's `system`. */
  readonly system?: string | undefined;
  /** Queue, topic or subject. Names the span too: give `destinationTemplate` where there are many. */
  readonly destination?: string | undefined;
  /** The destination with its variable parts left open, such as `orders.{customer}`. */
  readonly destinationTemplate?: string | undefined;
}
