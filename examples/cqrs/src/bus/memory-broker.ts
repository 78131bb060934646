import { AsyncResource } from 'node:async_hooks';
import type { Log } from '@sightline/sdk';
import { type Broker, type BrokerQueue, type Delivery, type Handle, MAX_DELIVERIES, RETRY_AFTER_MS } from './broker.js';
import { InFlight } from './in-flight.js';

export interface MemoryBroker {
  /** For one service. */
  connect(): Broker;
}

/** Carries messages as bytes within this process, with the guarantees of a real broker, but without persistence. */
export function memoryBroker(queues: readonly BrokerQueue[], log: Log): MemoryBroker {
  const byTopic = new Map<string, Queue[]>();
  for (const { topic, group } of queues) queueOf(topic, group);
  // Deliveries run outside the context of the sender, as from a socket.
  const outside = new AsyncResource('memory-broker');

  function queueOf(topic: string, group: string): Queue {
    const ofTopic = byTopic.get(topic) ?? [];
    byTopic.set(topic, ofTopic);
    const known = ofTopic.find((queue) => queue.group === group);
    if (known !== undefined) return known;
    const queue: Queue = { topic, group, waiting: [], handle: undefined, inFlight: new InFlight() };
    ofTopic.push(queue);
    return queue;
  }

  function deliverAll(queue: Queue): void {
    const { handle } = queue;
    if (handle === undefined) return;
    for (const delivery of queue.waiting.splice(0)) {
      queue.inFlight.add(outside.runInAsyncScope(deliver, undefined, queue, handle, delivery));
    }
  }

  async function deliver({ topic }: Queue, handle: Handle, delivery: Delivery): Promise<void> {
    for (let attempt = 1; attempt <= MAX_DELIVERIES; attempt++) {
      await new Promise(setImmediate);
      try {
        return await handle(delivery);
      } catch (err) {
        log.warn({ err, topic, attempt }, 'A message was not handled');
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      }
    }
    log.error({ topic }, 'A message is given up');
  }

  return {
    connect() {
      const own: Queue[] = [];
      return {
        system: 'memory',
        async send(topic, body, { replyTo } = {}) {
          for (const queue of byTopic.get(topic) ?? []) {
            queue.waiting.push({ body, replyTo });
            deliverAll(queue);
          }
        },
        async consume(topic, group, handle) {
          const queue = queueOf(topic, group);
          own.push(queue);
          queue.handle = handle;
          deliverAll(queue);
        },
        async consumeOwn(topic, handle) {
          queueOf(topic, '').handle = handle;
        },
        async stopConsuming(timeoutMs) {
          // No other process can take the rest, so all sent messages are handled first.
          await Promise.all(own.map(({ inFlight }) => inFlight.settled(timeoutMs)));
          for (const queue of own) queue.handle = undefined;
        },
        async shutdown() {},
      };
    },
  };
}

interface Queue extends BrokerQueue {
  readonly waiting: Delivery[];
  readonly inFlight: InFlight;
  handle: Handle | undefined;
}
