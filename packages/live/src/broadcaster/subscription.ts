import type { Clock, Timer } from '@sightline/base';
import type { DeliveredMessage, SubscribeOptions } from '../model/message.js';
import { type KeptMessage, messageOf } from './kept-message.js';
import type { TopicRing } from './topic-ring.js';

export interface SubscriptionStart {
  readonly ring: TopicRing<KeptMessage>;
  readonly type: string | undefined;
  /** The message to begin with. */
  readonly index: number;
  /** Messages before it that are no longer kept. */
  readonly dropped: number;
  /** Whether it is not known how many of those matched. */
  readonly isLossUnknown: boolean;
  readonly maxPerSecond: number;
  readonly signal: SubscribeOptions['signal'];
  readonly clock: Clock;
  readonly idOf: (message: KeptMessage) => string;
  readonly onEnd: (subscription: Subscription) => void;
}

/**
 * A place in a topic, not a queue: a slow reader loses the oldest messages and gets their count. received + dropped = published,
 * for what matches.
 */
export class Subscription implements AsyncIterableIterator<DeliveredMessage> {
  readonly #start: SubscriptionStart;
  /** The next message to look at. */
  #index: number;
  #dropped: number;
  #isLossUnknown: boolean;
  /** What was there at the beginning is delivered in full, if it takes seconds. */
  readonly #backlogEnd: number;
  #secondStartMs = Number.NEGATIVE_INFINITY;
  #deliveredInSecond = 0;
  readonly #waiting: Array<(result: IteratorResult<DeliveredMessage, undefined>) => void> = [];
  #timer: Timer | undefined;
  #isEnded = false;

  constructor(start: SubscriptionStart) {
    this.#start = start;
    this.#index = start.index;
    this.#dropped = start.dropped;
    this.#isLossUnknown = start.isLossUnknown;
    this.#backlogEnd = start.ring.next;
    start.signal?.addEventListener('abort', this.end, { once: true });
  }

  next(): Promise<IteratorResult<DeliveredMessage, undefined>> {
    if (this.#isEnded) return Promise.resolve(ended);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#deliver();
    });
  }

  return(): Promise<IteratorResult<DeliveredMessage, undefined>> {
    this.end();
    return Promise.resolve(ended);
  }

  throw(): Promise<IteratorResult<DeliveredMessage, undefined>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly end = (): void => {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#timer?.cancel();
    this.#start.signal?.removeEventListener('abort', this.end);
    for (const resolve of this.#waiting.splice(0)) resolve(ended);
    this.#start.onEnd(this);
  };

  /** The topic has a new message. */
  published(message: KeptMessage): void {
    if (this.#waiting.length > 0 && this.#timer === undefined && this.#matches(message)) this.#deliver();
  }

  /** The oldest message of the topic is about to be removed. */
  overwritten(message: KeptMessage): void {
    if (this.#index > message.index) return;
    this.#index = message.index + 1;
    if (this.#matches(message)) this.#dropped++;
  }

  #matches({ type }: KeptMessage): boolean {
    return this.#start.type === undefined || type === this.#start.type;
  }

  #deliver(): void {
    while (this.#waiting.length > 0) {
      const message = this.#take();
      if (message === undefined) return;
      this.#waiting.shift()?.({ value: message, done: false });
    }
  }

  #take(): DeliveredMessage | undefined {
    const { ring, maxPerSecond, clock } = this.#start;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#secondStartMs >= 1000) this.#beginSecond(nowMs);
    if (this.#deliveredInSecond >= maxPerSecond) {
      this.#waitUntil(this.#secondStartMs + 1000 - nowMs);
      return undefined;
    }
    for (;;) {
      const message = ring.at(this.#index);
      if (message === undefined) return undefined;
      this.#index++;
      if (this.#matches(message)) return this.#delivered(message);
    }
  }

  #delivered(message: KeptMessage): DeliveredMessage {
    const delivered = { ...messageOf(message, this.#start.idOf(message)), droppedBefore: this.#dropped };
    const isLossUnknown = this.#isLossUnknown;
    this.#deliveredInSecond++;
    this.#dropped = 0;
    this.#isLossUnknown = false;
    return isLossUnknown ? { ...delivered, isLossUnknown } : delivered;
  }

  #beginSecond(nowMs: number): void {
    this.#secondStartMs = nowMs;
    this.#deliveredInSecond = 0;
    if (this.#index >= this.#backlogEnd) this.#skipToNewest();
  }

  /** Leaves no more than may be delivered in this second. */
  #skipToNewest(): void {
    const { ring, maxPerSecond } = this.#start;
    if (ring.next - this.#index <= maxPerSecond) return;
    let kept = 0;
    let from = ring.next;
    while (from > this.#index && kept < maxPerSecond) {
      const message = ring.at(--from);
      if (message !== undefined && this.#matches(message)) kept++;
    }
    for (; this.#index < from; this.#index++) {
      const message = ring.at(this.#index);
      if (message !== undefined && this.#matches(message)) this.#dropped++;
    }
  }

  #waitUntil(delayMs: number): void {
    this.#timer ??= this.#start.clock.setTimer(() => {
      this.#timer = undefined;
      this.#deliver();
    }, delayMs);
    this.#timer.unref();
  }
}

const ended: IteratorResult<DeliveredMessage, undefined> = { value: undefined, done: true };
