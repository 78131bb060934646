import type { DeliveredMessage, LiveMessage, PublishedMessage, SubscribeOptions, TopicStatistics } from './message.js';

/** Keeps the last messages of each topic, and hands them to subscribers. */
export interface Broadcaster {
  /**
   * Redacts, cuts and keeps a message. Never throws, whatever the payload is; a message without a type, or of one topic too many, is counted
   * as refused.
   */
  publish(topic: string, message: PublishedMessage): void;
  /**
   * Messages as they come, until the iterator is ended. Each says how many that matched came before it and were lost to this subscriber:
   * received + dropped = published, exactly.
   */
  subscribe(topic: string, options?: SubscribeOptions): AsyncIterableIterator<DeliveredMessage>;
  /** The newest that match, newest first; with `after` what came since, oldest first. */
  read(query: MessageQuery): MessageReading;
  /** A kept message. */
  find(id: string): LiveMessage | undefined;
  statistics(): readonly TopicStatistics[];
  /** An estimate of the memory that the messages take. */
  readonly bytes: number;
  /** Messages refused: of topics beyond the limit, or without a type. */
  readonly refused: number;
  /** Ends all subscriptions. */
  shutdown(): void;
}

export interface MessageQuery {
  readonly topic?: string | undefined;
  readonly type?: string | undefined;
  readonly source?: string | undefined;
  readonly traceId?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Words that type, source or payload as JSON must contain, case ignored. */
  readonly filter?: string | undefined;
  /** A cursor of an earlier reading. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface MessageReading {
  readonly messages: readonly LiveMessage[];
  readonly skipped: number;
  readonly cursor: string;
}
