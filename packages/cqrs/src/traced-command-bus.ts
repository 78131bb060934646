import { SpanKind } from '@opentelemetry/api';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { createSpans } from '@sightline/tracing';
import { busEvents } from './bus-events.js';
import { busFields } from './bus-fields.js';
import { tracedBus } from './traced-bus.js';

const commandFields = {
  /** The kind of messages; begins the names of spans. Default: `command`. */
  operation: { type: 'choice', choices: ['command', 'query'], default: 'command' },
  /** Methods that dispatch. Default: `dispatch`, `execute`, `send`. */
  dispatchMethods: { type: 'list', default: ['dispatch', 'execute', 'send'] },
  /** Methods that take a type and a handler: a function, or an object with `handle` or `execute`. Default: `register`. */
  registerMethods: { type: 'list', default: ['register'] },
} as const;

export interface TracedCommandBusOptions extends OptionsOf<typeof busFields>, OptionsOf<typeof commandFields> {}

/**
 * Returns the bus traced: each command has a span `command PlaceOrder`, and its handler a child span `handle PlaceOrder`, also if
 * the bus runs it later. Results, errors and promises are those of the bus. Register handlers with the returned bus; handlers
 * registered before have no spans.
 */
export function tracedCommandBus<Bus extends object>(bus: Bus, options: TracedCommandBusOptions = {}): Bus {
  const resolved = resolveFields('cqrs', { ...busFields, ...commandFields }, options);
  const { spans = createSpans(), events, clock, operation, typeOf } = resolved;
  return tracedBus(bus, {
    spans,
    operation,
    send: resolved.dispatchMethods,
    register: resolved.registerMethods,
    remove: ['unregister'],
    sendKind: SpanKind.INTERNAL,
    handleKind: SpanKind.INTERNAL,
    typeOf,
    counts: events === undefined ? undefined : busEvents(events, clock),
  });
}
