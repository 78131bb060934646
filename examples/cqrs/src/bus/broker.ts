/** Carries messages between services, at least once: a message may be delivered again. */
export interface Broker {
  /** `messaging.system` of the spans. */
  readonly system: string;
  /** Resolves when the broker has accepted the message. Waits for a connection if there is none. */
  send(topic: string, body: Uint8Array, options?: { readonly replyTo?: string | undefined }): Promise<void>;
  /**
   * Delivers every message of the topic to one of the group's consumers. If `handle` resolves, the message is done; if it rejects, or
   * the process ends before, the message is delivered again, a few times at most.
   */
  consume(topic: string, group: string, handle: Handle): Promise<void>;
  /** The same for a topic of this process only. It expires ten minutes after the end of the process. `stopConsuming` does not end it. */
  consumeOwn(topic: string, handle: Handle): Promise<void>;
  /** Takes no new messages; resolves when those in progress are done, or after the time. Others are delivered again elsewhere. */
  stopConsuming(timeoutMs: number): Promise<void>;
  shutdown(): Promise<void>;
}

export type Handle = (delivery: Delivery) => Promise<void>;

export interface Delivery {
  readonly body: Uint8Array;
  readonly replyTo?: string | undefined;
}

/** A queue of a topic's messages for a group; it exists also without consumers. */
export interface BrokerQueue {
  readonly topic: string;
  readonly group: string;
}

/** Most deliveries of a message before it is given up. */
export const MAX_DELIVERIES = 5;
/** Most messages that a consumer handles at the same time. */
export const MAX_IN_FLIGHT = 16;
export const RETRY_AFTER_MS = 200;
export const OWN_EXPIRES_MS = 600_000;
