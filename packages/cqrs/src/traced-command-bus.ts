import { SpanKind } from '@opentelemetry/api';
import type { Clock } from '@sightline/base';
import type { Events } from '@sightline/events';
import { createSpans, type SpanBuilder } from '@sightline/tracing';
import { busEvents } from './bus-events.js';
import type { CqrsEvents } from './cqrs-events.js';
import { tracedBus } from './traced-bus.js';

export interface TracedCommandBusOptions {
  /** Default: spans of the provider that is registered with `@opentelemetry/api`. */
  spans?: SpanBuilder | undefined;
  /** Counts sent and handled messages as events: attach `cqrsMetrics` to it by `recordEvents`. Default: nothing is counted. */
  events?: Events<CqrsEvents> | undefined;
  /** For the durations of `events`. Default: the system's. */
  clock?: Pick<Clock, 'monotonicMs'> | undefined;
  /** The kind of messages; begins the names of spans. Default `command`. */
  operation?: 'command' | 'query' | undefined;
  /**
   * Returns the type for the first argument of `dispatch` and `register`; there must be few types. Default: a string itself, the
   * `type` or `name` of an object, or the name of its class.
   */
  typeOf?: ((message: unknown) => string | undefined) | undefined;
  /** Methods that dispatch. Default `dispatch`, `execute`, `send`. */
  dispatchMethods?: readonly string[] | undefined;
  /** Methods that take a type and a handler: a function, or an object with `handle` or `execute`. Default `register`. */
  registerMethods?: readonly string[] | undefined;
}

/**
 * Returns the bus traced: each command has a span `command PlaceOrder`, and its handler a child span `handle PlaceOrder`, also if
 * the bus runs it later. Results, errors and promises are those of the bus. Register handlers with the returned bus; handlers
 * registered before have no spans.
 */
export function tracedCommandBus<Bus extends object>(
  bus: Bus,
  {
    spans = createSpans(),
    events,
    clock,
    operation = 'command',
    typeOf,
    dispatchMethods = ['dispatch', 'execute', 'send'],
    registerMethods = ['register'],
  }: TracedCommandBusOptions = {},
): Bus {
  return tracedBus(bus, {
    spans,
    operation,
    send: dispatchMethods,
    register: registerMethods,
    remove: ['unregister'],
    sendKind: SpanKind.INTERNAL,
    handleKind: SpanKind.INTERNAL,
    typeOf,
    counts: events === undefined ? undefined : busEvents(events, clock),
  });
}
