import type { Clock } from '@sightline/base';
import { resolveFields } from '@sightline/settings/fields';
import type { Broadcaster, MessageQuery, MessageReading } from '../model/broadcaster.js';
import type { LiveMessage, PublishedMessage, SubscribeOptions, TopicStatistics } from '../model/message.js';
import {
  type BroadcasterOptions,
  broadcasterFields,
  type ResolvedOptions,
  subscribeFields,
} from './broadcaster-options.js';
import { type TextCleaner, textCleaner } from './clean-text.js';
import { type KeptMessage, messageOf } from './kept-message.js';
import { keptPayload } from './kept-payload.js';
import { type MessageIds, messageIds } from './message-ids.js';
import { PayloadKeys } from './payload-keys.js';
import { readMessages } from './read-messages.js';
import { Subscription } from './subscription.js';
import { Topic } from './topic.js';

/** Makes the broadcaster of a process. Throws for wrong options; nothing else of it throws. */
export function createBroadcaster(options: BroadcasterOptions): Broadcaster {
  return new MessageBroadcaster(options);
}

class MessageBroadcaster implements Broadcaster {
  refused = 0;
  #bytes = 0;
  /** Of the newest message: how many were kept so far. */
  #order = 0;
  /** Calls of `publish` that run: a getter of a payload may publish. */
  #depth = 0;
  #isShutDown = false;
  readonly #options: ResolvedOptions;
  readonly #clock: Clock;
  readonly #ids: MessageIds;
  readonly #cleaner: TextCleaner;
  readonly #keys: PayloadKeys;
  /** By name. Those without a number have readers, but no message yet. */
  readonly #topics = new Map<string, Topic>();
  /** By number. */
  readonly #numbered: Topic[] = [];

  constructor(options: BroadcasterOptions) {
    this.#options = resolveFields('live', broadcasterFields, options);
    const { clock, bootId, maxTopics, isSecretName } = this.#options;
    this.#clock = clock;
    this.#ids = messageIds(bootId, maxTopics);
    this.#cleaner = textCleaner(isSecretName);
    this.#keys = new PayloadKeys(this.#cleaner, isSecretName);
    for (const name of ['events', 'commands', 'queries', 'sagas']) this.#number(this.#topic(name));
  }

  get bytes(): number {
    return this.#numbered.reduce((sum, { types }) => sum + types.bytes, this.#bytes);
  }

  publish(topic: string, message: PublishedMessage): void {
    try {
      this.#depth++;
      if (this.#depth > MAX_DEPTH || !this.#publish(topic, message)) this.refused++;
    } catch {
      this.refused++; // a proxy or a getter in place of the message
    } finally {
      this.#depth--;
    }
  }

  subscribe(topic: string, options: SubscribeOptions = {}): Subscription {
    const { type, after, signal } = options;
    const { maxPerSecond } = resolveFields('live', subscribeFields, options);
    const to = this.#topics.get(topic) ?? this.#topic(topic);
    const subscription = new Subscription({
      ring: to.ring,
      type,
      maxPerSecond,
      signal,
      clock: this.#clock,
      idOf: (message) => this.#idOf(to, message),
      onEnd: () => this.#unsubscribe(to, subscription),
      ...startOf(to, after, type, this.#ids),
    });
    to.subscriptions.add(subscription);
    if (this.#isShutDown || signal?.aborted === true) subscription.end();
    return subscription;
  }

  read(query: MessageQuery): MessageReading {
    const only = query.topic === undefined ? undefined : this.#topics.get(query.topic);
    const areAll = query.topic === undefined;
    const topics = areAll ? this.#numbered : only === undefined ? [] : [only];
    return readMessages({ topics, areAll, newestOrder: this.#order, ids: this.#ids }, query);
  }

  find(id: string): LiveMessage | undefined {
    const place = this.#ids.placeOf(id);
    const kept = place === undefined ? undefined : this.#numbered[place.topicNumber]?.ring.at(place.index);
    return kept === undefined ? undefined : messageOf(kept, id);
  }

  statistics(): readonly TopicStatistics[] {
    const nowMs = this.#clock.monotonicMs();
    return this.#numbered.map((topic) => topic.statistics(nowMs));
  }

  shutdown(): void {
    this.#isShutDown = true;
    for (const { subscriptions } of this.#topics.values()) for (const subscription of subscriptions) subscription.end();
  }

  #idOf({ number }: Topic, { index }: KeptMessage): string {
    return this.#ids.idOf(index, number ?? 0);
  }

  /** Returns false if the message is refused. */
  #publish(name: string, message: PublishedMessage): boolean {
    const { type, payload } = message;
    if (typeof type !== 'string' || type === '' || typeof name !== 'string' || name === '') return false;
    const topic = this.#topicToFill(name);
    if (topic?.number === undefined) return false;
    // Before the place is taken: a getter of the payload may publish.
    const content = keptPayload(payload, this.#options.maxPayloadBytes, this.#keys, this.#cleaner);
    const facts = this.#factsOf(message);
    const nowMs = this.#clock.monotonicMs();
    const ownType = topic.types.add(this.#cleaner.short(type, MAX_TYPE), nowMs, facts.timestampMs);
    const { next } = topic.ring;
    const { json, isCut } = content;
    const { timestampMs, source, traceId, spanId, correlationId, causationId, messageId } = facts;
    const kept: KeptMessage = {
      index: next,
      order: ++this.#order,
      topic: topic.name,
      type: ownType,
      timestampMs,
      source,
      json,
      isCut,
      traceId,
      spanId,
      correlationId,
      causationId,
      messageId,
      bytes: content.bytes === json.length ? json.length + OVERHEAD : 2 * json.length + OVERHEAD,
    };
    const before = topic.bytes;
    topic.keep(kept, nowMs);
    this.#bytes += topic.bytes - before;
    if (this.#bytes > this.#options.maxBytes) this.#shrink();
    return true;
  }

  #factsOf(message: PublishedMessage): MessageFacts {
    const { timestampMs, source, correlationId, causationId, messageId, traceId, spanId } = message;
    const time = typeof timestampMs === 'number' && Math.abs(timestampMs) <= MAX_TIME;
    const trace = typeof traceId === 'string' ? { traceId, spanId } : this.#activeSpan();
    return {
      timestampMs: time ? timestampMs : this.#clock.now(),
      source: this.#text(source) ?? this.#options.service,
      correlationId: this.#text(correlationId),
      causationId: this.#text(causationId),
      messageId: this.#text(messageId),
      traceId: hexId(trace?.traceId, traceIdForm),
      spanId: hexId(trace?.spanId, spanIdForm),
    };
  }

  #text(value: unknown): string | null {
    return typeof value === 'string' && value !== '' ? this.#cleaner.short(value, MAX_TEXT) : null;
  }

  #activeSpan(): { readonly traceId: string; readonly spanId?: string | undefined } | undefined {
    try {
      return this.#options.activeSpan();
    } catch {
      return undefined;
    }
  }

  /** The topic for a message; `undefined` if that would be one too many. */
  #topicToFill(name: string): Topic | undefined {
    const known = this.#topics.get(name);
    if (known?.number !== undefined) return known;
    if (this.#numbered.length >= this.#options.maxTopics || name.length > MAX_TOPIC) return undefined;
    return this.#number(known ?? this.#topic(name));
  }

  #topic(name: string): Topic {
    const topic = new Topic(name, this.#options.maxMessages, this.#clock.monotonicMs());
    this.#topics.set(name, topic);
    return topic;
  }

  #number(topic: Topic): Topic {
    topic.number = this.#numbered.length;
    this.#numbered.push(topic);
    return topic;
  }

  #unsubscribe(topic: Topic, subscription: Subscription): void {
    topic.subscriptions.delete(subscription);
    if (topic.number === undefined && topic.subscriptions.size === 0) this.#topics.delete(topic.name);
  }

  /** The topic that takes most loses its oldest messages. */
  #shrink(): void {
    while (this.#bytes > this.#options.maxBytes) {
      const largest = this.#numbered.reduce((a, b) => (b.bytes > a.bytes ? b : a));
      if (largest.bytes === 0) return;
      const before = largest.bytes;
      largest.dropOldest();
      this.#bytes += largest.bytes - before;
    }
  }
}

type MessageFacts = Pick<
  KeptMessage,
  'timestampMs' | 'source' | 'correlationId' | 'causationId' | 'messageId' | 'traceId' | 'spanId'
>;

/** Where a subscription begins, and what it has missed. */
function startOf(
  { ring, number }: Topic,
  after: string | undefined,
  type: string | undefined,
  ids: MessageIds,
): { readonly index: number; readonly dropped: number; readonly isLossUnknown: boolean } {
  if (after === undefined) return { index: ring.next, dropped: 0, isLossUnknown: false };
  const place = ids.placeOf(after);
  if (place === undefined || place.topicNumber !== number || place.index >= ring.next) {
    return { index: ring.first, dropped: 0, isLossUnknown: true };
  }
  const next = place.index + 1;
  const lost = Math.max(0, ring.first - next);
  const isKnown = lost === 0 || type === undefined;
  return { index: Math.max(next, ring.first), dropped: isKnown ? lost : 0, isLossUnknown: !isKnown };
}

function hexId(id: unknown, form: RegExp): string | null {
  return typeof id === 'string' && form.test(id) && !noId.test(id) ? id : null;
}

const traceIdForm = /^[\da-f]{32}$/;
const spanIdForm = /^[\da-f]{16}$/;
/** W3C Trace Context, section 3.2.2.3. */
const noId = /^0+$/;

const MAX_DEPTH = 4;
const MAX_TOPIC = 200;
const MAX_TYPE = 200;
/** Of a source or an id. */
const MAX_TEXT = 200;
/** What a `Date` can hold. */
const MAX_TIME = 8.64e15;
/** Object, ids and texts of a message. */
const OVERHEAD = 600;
