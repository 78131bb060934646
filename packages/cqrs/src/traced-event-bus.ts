import { SpanKind } from '@opentelemetry/api';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { createSpans } from '@sightline/tracing';
import { busEvents } from './bus-events.js';
import { busFields } from './bus-fields.js';
import { tracedBus } from './traced-bus.js';

const eventFields = {
  /**
   * Whether the bus sends events by a `MessagePropagator`: then its spans are PRODUCER and CONSUMER, and the spans of the bus are
   * INTERNAL. Default: false.
   */
  sendsMessages: { type: 'boolean', default: false },
  /** Methods that publish. Default: `publish`, `emit`. */
  publishMethods: { type: 'list', default: ['publish', 'emit'] },
  /**
   * Methods that take a type and a handler: a function, or an object with `handle` or `execute`. Default: `subscribe`, `on`,
   * `addListener`, `once`.
   */
  subscribeMethods: { type: 'list', default: ['subscribe', 'on', 'addListener', 'once'] },
} as const;

export interface TracedEventBusOptions extends OptionsOf<typeof busFields>, OptionsOf<typeof eventFields> {}

/**
 * Returns the bus traced: each event has a span `event OrderPlaced`, and each handler a child span `handle OrderPlaced`, which
 * records its failure; the failure goes on to the bus. Subscribe with the returned bus; handlers subscribed before have no spans.
 */
export function tracedEventBus<Bus extends object>(bus: Bus, options: TracedEventBusOptions = {}): Bus {
  const resolved = resolveFields('cqrs', { ...busFields, ...eventFields }, options);
  const { spans = createSpans(), events, clock, typeOf, sendsMessages } = resolved;
  return tracedBus(bus, {
    spans,
    operation: 'event',
    send: resolved.publishMethods,
    register: resolved.subscribeMethods,
    remove: ['unsubscribe', 'off', 'removeListener'],
    sendKind: sendsMessages ? SpanKind.INTERNAL : SpanKind.PRODUCER,
    handleKind: sendsMessages ? SpanKind.INTERNAL : SpanKind.CONSUMER,
    typeOf,
    counts: events === undefined ? undefined : busEvents(events, clock),
  });
}
