import type { DeliveredMessage, PublishedMessage, SubscribeOptions } from '@sightline/base';
import type { EmbeddedSources } from '@sightline/live/embedded';
import type { LogRecordFields, Scope, SpanRecord } from '@sightline/otlp/encode';
import { EarlySubscription } from './early-subscription.js';

/** What takes the telemetry for the page. No call throws, but for wrong options of a subscription. */
export interface LiveTarget {
  span(record: SpanRecord, scope: Scope): void;
  logRecord(fields: LogRecordFields, scope: Scope): void;
  /** @param isSent whether it may be sent to a viewer, too */
  publish(topic: string, message: PublishedMessage, isSent: boolean): void;
  /** Begins with the next message. */
  subscribe(topic: string, options?: SubscribeOptions): AsyncIterableIterator<DeliveredMessage>;
}

/** Keeps what is recorded until the page is loaded, and passes it on: the first spans of a service are the ones that one looks for. */
export class LiveFeed implements LiveTarget {
  #target: LiveTarget | undefined;
  #early: Array<(target: LiveTarget) => void> | undefined = [];
  /** Those among what is early. */
  #subscriptions: EarlySubscription[] = [];
  #kept = 0;
  #lost = 0;

  span(record: SpanRecord, scope: Scope): void {
    if (this.#target !== undefined) this.#target.span(record, scope);
    else this.#keep((target) => target.span(record, scope));
  }

  logRecord(fields: LogRecordFields, scope: Scope): void {
    if (this.#target !== undefined) this.#target.logRecord(fields, scope);
    else this.#keep((target) => target.logRecord(fields, scope));
  }

  publish(topic: string, message: PublishedMessage, isSent: boolean): void {
    if (this.#target !== undefined) this.#target.publish(topic, message, isSent);
    else this.#keep((target) => target.publish(topic, message, isSent));
  }

  subscribe(topic: string, options?: SubscribeOptions): AsyncIterableIterator<DeliveredMessage> {
    if (this.#target !== undefined) return this.#target.subscribe(topic, options);
    const subscription = new EarlySubscription();
    if (this.#early === undefined) subscription.end();
    else {
      this.#early.push((target) => subscription.begin(() => target.subscribe(topic, options)));
      this.#subscriptions.push(subscription);
    }
    return subscription;
  }

  /** Whether something recorded waits for the page. */
  get isHolding(): boolean {
    return this.#early !== undefined && this.#kept > 0;
  }

  /** What came before the page was loaded, and was too much. */
  losses(): ReturnType<EmbeddedSources['losses']> {
    if (this.#lost === 0) return [];
    return [
      {
        what: 'spans, lines, messages while the page was loaded',
        total: this.#kept + this.#lost,
        lost: this.#lost,
        reason: 'too many to keep until then',
        severity: 'warn',
      },
    ];
  }

  open(target: LiveTarget): void {
    for (const each of this.#early ?? []) each(target);
    this.#early = undefined;
    this.#subscriptions = [];
    this.#target = target;
  }

  /** Nothing will take it. */
  close(): void {
    this.#early = undefined;
    this.#target = undefined;
    for (const subscription of this.#subscriptions.splice(0)) subscription.end();
  }

  #keep(pass: (target: LiveTarget) => void): void {
    if (this.#early === undefined) return;
    // Loading takes some ten milliseconds.
    if (this.#kept >= MAX_EARLY) this.#lost++;
    else {
      this.#early.push(pass);
      this.#kept++;
    }
  }
}

const MAX_EARLY = 2000;
