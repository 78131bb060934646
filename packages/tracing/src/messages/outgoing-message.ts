import type { MessageType } from './message-envelope.js';

/** A message to send. */
export interface OutgoingMessage<Payload = unknown> {
  readonly type: MessageType;
  /** What kind of command, query, event or saga message: few distinct values. */
  readonly name: string;
  /** Goes into the envelope unchanged. Bytes (`Uint8Array`) are encoded as base64. */
  readonly payload?: Payload | undefined;
  /**
   * The payload as serialised JSON, instead of `payload`, for `encode` and `encodeBytes`. It is copied into the envelope without
   * a check, so it must be valid JSON.
   */
  readonly json?: string | Uint8Array | undefined;
  /** Default: a random UUID. */
  readonly id?: string | undefined;
  /** Default: that of the current context, else a random UUID. */
  readonly correlation_id?: string | undefined;
  /** Default: the id of the message being handled. */
  readonly causation_id?: string | undefined;
  /** The fields of a propagator, if the message has a context already: sent unchanged. Default: those of the active context. */
  readonly trace?: Readonly<Record<string, string>> | undefined;
}

/** Where a message goes to or comes from, for its span. */
export interface MessageRoute {
  /** `messaging.system`, such as `kafka`, `rabbitmq`, `nats`. Default: the propagator's `system`. */
  readonly system?: string | undefined;
  /** Queue, topic or subject. Also names the span: if there are many, give `destinationTemplate`. */
  readonly destination?: string | undefined;
  /** The destination with placeholders for its variable parts, such as `orders.{customer}`. */
  readonly destinationTemplate?: string | undefined;
}
