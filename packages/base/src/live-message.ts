/** A message of a topic, as a live page keeps it: redacted and cut. */
export interface LiveMessage {
  /** `boot:sequence`: unique, ascending within a topic; a subscriber resumes after it. */
  readonly id: string;
  /** `events`, `commands`, `queries`, `sagas`, or a topic of the service's own. */
  readonly topic: string;
  /** The type of the message, such as `OrderPlaced`. */
  readonly type: string;
  /** Unix time in milliseconds. */
  readonly timestampMs: number;
  /** The service, or the part of it, that published the message. */
  readonly source: string;
  /** A JSON value. If it was too long to keep, a string with its beginning. */
  readonly payload: unknown;
  /** Whether `payload` is not all of the payload. */
  readonly isCut: boolean;
  /** 32 and 16 hexadecimal digits; `null` outside of a span. */
  readonly traceId: string | null;
  readonly spanId: string | null;
  /** What the message belongs to: messages with the same one are a chain. */
  readonly correlationId: string | null;
  /** The message that this one follows from: its `messageId`. */
  readonly causationId: string | null;
  /** The id that the service gave the message. */
  readonly messageId: string | null;
}

/** What a service publishes. */
export interface PublishedMessage {
  readonly type: string;
  /** Any value: it is redacted, cut and turned into JSON before it is kept. */
  readonly payload?: unknown;
  /** Default: the service's name. */
  readonly source?: string | undefined;
  /** Unix time in milliseconds. Default: now. */
  readonly timestampMs?: number | undefined;
  /** Default: those of the active span. */
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly causationId?: string | undefined;
  readonly messageId?: string | undefined;
}

export interface SubscribeOptions {
  /** Only messages of this type. */
  readonly type?: string | undefined;
  /** The id of the last message received: goes on after it. Default: with the next message. */
  readonly after?: string | undefined;
  /** More are dropped, the oldest first, and counted. Default: 500. */
  readonly maxPerSecond?: number | undefined;
  /** Ends the subscription. */
  readonly signal?: EndSignal | undefined;
}

/** What is used of an `AbortSignal`: packages that are not for Node.js alone do not know its type. */
export interface EndSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface DeliveredMessage extends LiveMessage {
  /** Matching messages since the one delivered before that this subscriber did not get. */
  readonly droppedBefore: number;
  /** More may have been lost before this message: `after` was of another boot, or no longer kept so that its type's share is unknown. */
  readonly isLossUnknown?: boolean;
}
