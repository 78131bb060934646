import { SpanKind } from '@opentelemetry/api';
import type { Clock } from '@sightline/base';
import type { Events } from '@sightline/events';
import { createSpans, type SpanBuilder } from '@sightline/tracing';
import { busEvents } from './bus-events.js';
import type { CqrsEvents } from './cqrs-events.js';
import { tracedBus } from './traced-bus.js';

export interface TracedEventBusOptions {
  /** Default: spans of the provider that is registered with `@opentelemetry/api`. */
  spans?: SpanBuilder | undefined;
  /** Counts sent and handled messages as events: attach `cqrsMetrics` to it by `recordEvents`. Default: nothing is counted. */
  events?: Events<CqrsEvents> | undefined;
  /** For the durations of `events`. Default: the system's. */
  clock?: Pick<Clock, 'monotonicMs'> | undefined;
  /**
   * Returns the type for the first argument of `publish` and `subscribe`; there must be few types. Default: a string itself, the
   * `type` or `name` of an object, or the name of its class.
   */
  typeOf?: ((message: unknown) => string | undefined) | undefined;
  /**
   * Whether the bus sends events by a `MessagePropagator`: then its spans are PRODUCER and CONSUMER, and the spans of the bus are
   * INTERNAL. Default false.
   */
  sendsMessages?: boolean | undefined;
  /** Methods that publish. Default `publish`, `emit`. */
  publishMethods?: readonly string[] | undefined;
  /** Methods that take a type and a handler: a function, or an object with `handle` or `execute`. Default `subscribe`, `on`, `addListener`, `once`. */
  subscribeMethods?: readonly string[] | undefined;
}

/**
 * Returns the bus traced: each event has a span `event OrderPlaced`, and each handler a child span `handle OrderPlaced`, which
 * records its failure; the failure goes on to the bus. Subscribe with the returned bus; handlers subscribed before have no spans.
 */
export function tracedEventBus<Bus extends object>(
  bus: Bus,
  {
    spans = createSpans(),
    events,
    clock,
    typeOf,
    sendsMessages = false,
    publishMethods = ['publish', 'emit'],
    subscribeMethods = ['subscribe', 'on', 'addListener', 'once'],
  }: TracedEventBusOptions = {},
): Bus {
  return tracedBus(bus, {
    spans,
    operation: 'event',
    send: publishMethods,
    register: subscribeMethods,
    remove: ['unsubscribe', 'off', 'removeListener'],
    sendKind: sendsMessages ? SpanKind.INTERNAL : SpanKind.PRODUCER,
    handleKind: sendsMessages ? SpanKind.INTERNAL : SpanKind.CONSUMER,
    typeOf,
    counts: events === undefined ? undefined : busEvents(events, clock),
  });
}
