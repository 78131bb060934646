import type { Log } from '@sightline/sdk';
import type { Broker } from './broker.js';
import { natsBroker } from './nats-broker.js';
import { rabbitmqBroker } from './rabbitmq-broker.js';
import { shopQueues } from './shop-queues.js';

/** Connects to the broker of an address: `nats://`, `tls://` or `amqp://`, `amqps://`. */
export function openBroker(url: string, log: Log): Promise<Broker> {
  const options = { url, queues: shopQueues, log };
  return /^amqps?:/.test(url) ? rabbitmqBroker(options) : natsBroker(options);
}
