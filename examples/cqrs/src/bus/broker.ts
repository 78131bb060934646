/** What carries messages among the services: at least once, so that a message may come again. */
export interface Broker {
  /** `messaging.system` of the spans. */
  readonly system: string;
  /** Resolves when the broker answers for the message. While there is no connection it waits for one. */
  send(topic: string, body: Uint8Array, options?: { readonly replyTo?: string | undefined }): Promise<void>;
  /**
   * Hands every message of the topic to one of the group's consumers. When `handle` resolves the message is done; when it rejects, or the
   * process ends before, the message comes again, a few times at most.
   */
  consume(topic: string, group: string, handle: Handle): Promise<void>;
  /** The same for a topic of this process alone, which is forgotten when the process has been gone for ten minutes. Not ended by `stop`. */
  consumeOwn(topic: string, handle: Handle): Promise<void>;
  /** Takes nothing new, and resolves when what was taken is done, or after the time: what is not done then comes again elsewhere. */
  stop(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

export type Handle = (delivery: Delivery) => Promise<void>;

export interface Delivery {
  readonly body: Uint8Array;
  readonly replyTo?: string | undefined;
}

/** Messages of a topic that wait for a group, also while none of its consumers runs. */
export interface BrokerQueue {
  readonly topic: string;
  readonly group: string;
}

/** How often a message is handed out before it is given up. */
export const MAX_DELIVERIES = 5;
/** Messages that a consumer works on at the same time. */
export const MAX_IN_FLIGHT = 16;
export const RETRY_AFTER_MS = 200;
export const OWN_EXPIRES_MS = 600_000;
