import type { Log } from '@sightline/sdk';
import type { MessagePropagator } from '@sightline/tracing/messages';
import type { ShopEvents } from '../domain/contracts.js';
import type { Broker, Delivery } from './broker.js';
import { createEventBus, type EventBus } from './event-bus.js';
import { messageId } from './message-id.js';
import { eventTopic } from './shop-queues.js';

export interface MessageEventBusOptions {
  readonly service: string;
  readonly broker: Broker;
  readonly messages: MessagePropagator;
  readonly log: Log;
}

export interface MessageEventBus extends EventBus<ShopEvents> {
  /** Starts to deliver events to the handlers subscribed so far. */
  start(): Promise<void>;
}

/** Sends events as messages to every service that subscribes to them. `publish` resolves when the broker has the event. */
export function messageEventBus({ service, broker, messages, log }: MessageEventBusOptions): MessageEventBus {
  const here = createEventBus<ShopEvents>();
  const types = new Set<keyof ShopEvents>();

  function take({ body }: Delivery, destination: string): Promise<void> {
    return messages.handle<Promise<void>, ShopEvents[keyof ShopEvents]>(
      body,
      async ({ name, payload, problem }) => {
        const type = name as keyof ShopEvents;
        if (types.has(type)) await here.publish(type, payload);
        else log.error({ name, problem }, 'A message is not an event that this service knows');
      },
      { destination },
    );
  }

  return {
    publish(type, event) {
      const destination = eventTopic(type);
      return messages.send(
        { type: 'event', name: type, id: messageId('event', type, event), payload: event },
        (envelope) => broker.send(destination, Buffer.from(JSON.stringify(envelope))),
        { destination },
      );
    },
    subscribe(type, handler) {
      types.add(type);
      return here.subscribe(type, handler);
    },
    async start() {
      for (const topic of [...types].map(eventTopic)) {
        await broker.consume(topic, service, (delivery) => take(delivery, topic));
      }
    },
  };
}
