import type { TopicStatistics } from '../model/message.js';
import type { KeptMessage } from './kept-message.js';
import { SecondCounts } from './second-counts.js';
import type { Subscription } from './subscription.js';
import { TopicRing } from './topic-ring.js';
import { TypeCounts } from './type-counts.js';

/** The newest messages of one topic, its counts, and who reads it. */
export class Topic {
  readonly name: string;
  /** Its part of the message ids; `undefined` before its first message. */
  number: number | undefined;
  readonly ring: TopicRing<KeptMessage>;
  readonly types: TypeCounts = new TypeCounts();
  readonly subscriptions: Set<Subscription> = new Set();
  /** Of the messages kept. */
  bytes = 0;
  readonly #seconds: SecondCounts;

  constructor(name: string, maxMessages: number, nowMs: number) {
    this.name = name;
    this.ring = new TopicRing(maxMessages);
    this.#seconds = new SecondCounts(MINUTE, nowMs);
  }

  keep(message: KeptMessage, nowMs: number): void {
    if (this.ring.isFull) this.dropOldest();
    this.ring.push(message);
    this.bytes += message.bytes;
    this.#seconds.add(nowMs);
    if (this.subscriptions.size > 0) for (const subscription of this.subscriptions) subscription.published(message);
  }

  dropOldest(): void {
    const message = this.ring.at(this.ring.first);
    if (message === undefined) return;
    if (this.subscriptions.size > 0) for (const subscription of this.subscriptions) subscription.overwritten(message);
    this.ring.shift();
    this.bytes -= message.bytes;
  }

  statistics(nowMs: number): TopicStatistics {
    const { next, length, first } = this.ring;
    return {
      topic: this.name,
      published: next,
      kept: length,
      overwritten: first,
      perSecond: this.#seconds.perSecond(10, nowMs),
      perSecondOfMinute: this.#seconds.perSecond(MINUTE, nowMs),
      subscribers: this.subscriptions.size,
      types: this.types.statistics(nowMs),
    };
  }
}

const MINUTE = 60;
