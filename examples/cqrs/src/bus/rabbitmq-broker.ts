import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '@sightline/sdk';
import amqp, { type ChannelModel, type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import {
  type Broker,
  type BrokerQueue,
  type Handle,
  MAX_DELIVERIES,
  MAX_IN_FLIGHT,
  OWN_EXPIRES_MS,
  RETRY_AFTER_MS,
} from './broker.js';
import { InFlight } from './in-flight.js';

export interface RabbitmqOptions {
  /** `amqp://` or `amqps://` address. */
  readonly url: string;
  readonly queues: readonly BrokerQueue[];
  readonly log: Log;
}

/**
 * RabbitMQ: a topic exchange, and a quorum queue for each topic and group. The queue counts deliveries and moves messages that were
 * given up to the queue `shop.dead`. Connects when RabbitMQ is reachable, and again whenever the connection was lost.
 */
export async function rabbitmqBroker({ url, queues, log }: RabbitmqOptions): Promise<Broker> {
  const consumers = new Map<string, Consumer>();
  const inFlight = new InFlight();
  let isClosed = false;
  let isStopped = false;
  let connecting = connected();

  async function connected(): Promise<Link> {
    for (let attempt = 0; ; attempt++) {
      if (isClosed) throw new Error('[shop] The connection to RabbitMQ was closed.');
      try {
        return await connectOnce();
      } catch (err) {
        if (attempt === 0) log.warn({ err }, 'RabbitMQ is not there; trying again');
        await delay(Math.min(100 * 2 ** attempt, 2000));
      }
    }
  }

  async function connectOnce(): Promise<Link> {
    const connection = await amqp.connect(url, { timeout: 5000 });
    connection.on('error', () => {}); // "close" follows
    connection.once('close', () => {
      if (isClosed) return;
      log.warn({}, 'The connection to RabbitMQ was lost');
      connecting = connected();
      connecting.catch(() => {}); // every sender gets the error
    });
    const channel = await connection.createConfirmChannel();
    // A channel that was closed for a wrong request cannot be used any more, and there is no other.
    channel.on('error', (err) => log.error({ err }, 'RabbitMQ refused a request'));
    channel.once('close', () => {
      if (!isClosed) void connection.close().catch(() => {});
    });
    await channel.prefetch(MAX_IN_FLIGHT);
    await declare(channel);
    for (const consumer of consumers.values()) await begin(channel, consumer);
    return { connection, channel };
  }

  /** Every service declares all queues, so that nothing is lost in any order of starts. */
  async function declare(channel: ConfirmChannel): Promise<void> {
    await channel.assertExchange(DEAD, 'fanout', { durable: true });
    await channel.assertQueue(DEAD, { durable: true });
    await channel.bindQueue(DEAD, DEAD, '');
    await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
    for (const { topic, group } of queues) {
      const limits = {
        'x-queue-type': 'quorum',
        'x-delivery-limit': MAX_DELIVERIES - 1,
        'x-dead-letter-exchange': DEAD,
      };
      await channel.assertQueue(queueName(topic, group), { durable: true, arguments: limits });
      await channel.bindQueue(queueName(topic, group), EXCHANGE, topic);
    }
  }

  async function begin(channel: ConfirmChannel, consumer: Consumer): Promise<void> {
    const { queue, topic, isOwn, handle } = consumer;
    if (isStopped && !isOwn) return;
    if (isOwn) {
      await channel.assertQueue(queue, { durable: true, expires: OWN_EXPIRES_MS });
      await channel.bindQueue(queue, EXCHANGE, topic);
    }
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message !== null) inFlight.add(take(channel, message, topic, handle));
    });
    consumer.tag = consumerTag;
  }

  async function take(channel: ConfirmChannel, message: ConsumeMessage, topic: string, handle: Handle): Promise<void> {
    let isDone = true;
    try {
      await handle({ body: message.content, replyTo: message.properties.replyTo as string | undefined });
    } catch (err) {
      isDone = false;
      log.warn({ err, topic }, 'A message was not handled');
      await delay(RETRY_AFTER_MS);
    }
    try {
      if (isDone) channel.ack(message);
      else channel.nack(message);
    } catch {
      // The channel is closed, so RabbitMQ delivers the message again.
    }
  }

  async function consume(consumer: Consumer): Promise<void> {
    const { channel } = await connecting;
    consumers.set(consumer.queue, consumer);
    try {
      await begin(channel, consumer);
    } catch (err) {
      log.warn({ err }, 'Consuming begins when the connection is back');
    }
  }

  await connecting;
  return {
    system: 'rabbitmq',
    async send(topic, body, { replyTo } = {}) {
      for (;;) {
        const { channel } = await connecting;
        try {
          return await confirmed(channel, topic, body, replyTo);
        } catch (error) {
          if (isClosed) throw error;
          await delay(50); // until the loss of the connection is known; a message that has arrived is delivered twice
        }
      }
    },
    consume: (topic, group, handle) => consume({ queue: queueName(topic, group), topic, handle, isOwn: false }),
    consumeOwn: (topic, handle) => consume({ queue: `shop.${topic}`, topic, handle, isOwn: true }),
    async stopConsuming(timeoutMs) {
      isStopped = true;
      const { channel } = await connecting;
      const ending = [...consumers.values()].filter(({ isOwn }) => !isOwn);
      await Promise.allSettled(ending.map(({ tag }) => tag !== undefined && channel.cancel(tag)));
      const left = await inFlight.settled(timeoutMs);
      if (left > 0) log.warn({ left }, 'Messages are left to the next process');
    },
    async shutdown() {
      isClosed = true;
      const link = await connecting.catch(() => undefined);
      // The channel first: closing the connection would lose what waits in it, such as acknowledgements.
      await link?.channel.close().catch(() => {});
      await link?.connection.close().catch(() => {});
    },
  };
}

interface Link {
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
}

interface Consumer {
  readonly queue: string;
  readonly topic: string;
  readonly handle: Handle;
  readonly isOwn: boolean;
  tag?: string;
}

const EXCHANGE = 'shop';
const DEAD = 'shop.dead';

function queueName(topic: string, group: string): string {
  return `shop.${topic}.${group}`;
}

function confirmed(
  channel: ConfirmChannel,
  topic: string,
  body: Uint8Array,
  replyTo: string | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish(
      EXCHANGE,
      topic,
      Buffer.from(body),
      { persistent: true, ...(replyTo === undefined ? {} : { replyTo }) },
      (error) => {
        if (error) reject(error as Error);
        else resolve();
      },
    );
  });
}
