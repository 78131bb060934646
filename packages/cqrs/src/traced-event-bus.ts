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
  /** Where the bus also counts what it sends and handles: attach `cqrsMetrics` to it by `recordEvents`. Default: it counts nothing. */
  events?: Events<CqrsEvents> | undefined;
  /** For the durations of `events`. Default: the system's. */
  clock?: Pick<Clock, 'monotonicMs'> | undefined;
  /**
   * The type of what `publish` and `subscribe` are given first, of which there must be few. Default: a text itself, `type` or `name` of an
   * object, or the name of its class.
   */
  typeOf?: ((message: unknown) => string | undefined) | undefined;
  /**
   * Whether the bus sends events by a `MessagePropagator`: its spans are the PRODUCER and the CONSUMER then, and those of the bus are
   * INTERNAL. Default false.
   */
  sendsMessages?: boolean | undefined;
  /** Methods that publish. Default `publish`, `emit`. */
  publishMethods?: readonly string[] | undefined;
  /** Methods that are given a type and a handler: a function, or an object with `handle` or `execute`. Default `subscribe`, `on`, `addListener`, `once`. */
  subscribeMethods?: readonly string[] | undefined;
}

/**
 * The same bus, traced: what is published in a span `event OrderPlaced`, and below it each handler in a span `handle OrderPlaced`, which
 * records its failure and lets it go on to the bus. Subscribe with what this returns; handlers that the bus had before stay without a
 * span of their own.
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
    counts: events && busEvents(events, clock),
  });
}
