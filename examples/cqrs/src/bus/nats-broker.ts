import { setTimeout as delay } from 'node:timers/promises';
import { AckPolicy, type ConsumerMessages, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, errors, headers, type NatsConnection, nanos } from '@nats-io/transport-node';
import type { Log } from '@sightline/sdk';
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

export interface NatsOptions {
  /** `nats://` or `tls://` address of a server with JetStream. */
  readonly url: string;
  readonly queues: readonly BrokerQueue[];
  readonly log: Log;
  /** The server delivers a message again after this time without an acknowledgement or sign of progress. Default 5000. */
  readonly ackWaitMs?: number | undefined;
}

/**
 * NATS JetStream: a stream of a day's messages, and a durable consumer for each topic and group. A message that is given up stays in
 * the stream. The client connects again by itself.
 */
export async function natsBroker({ url, queues, log, ackWaitMs = 5000 }: NatsOptions): Promise<Broker> {
  const connection = await connected(url, log);
  void tellOutages();
  const manager = await persistently(() => jetstreamManager(connection, { timeout: ANSWER_MS }));
  const stream = jetstream(connection, { timeout: ANSWER_MS });
  const inFlight = new InFlight();
  const consuming: ConsumerMessages[] = [];
  let isClosed = false;

  const ofOneDay = { name: STREAM, subjects: ['shop.>'], max_age: nanos(24 * 60 * 60 * 1000) };
  await persistently(() => manager.streams.add(ofOneDay));
  for (const { topic, group } of queues) await addConsumer(topic, group);

  async function tellOutages(): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') log.warn({}, 'The connection to NATS was lost');
      if (type === 'reconnect') log.info({}, 'NATS is back');
    }
  }

  /** @param group none for a consumer of this process alone */
  async function addConsumer(topic: string, group: string | undefined): Promise<string> {
    const name = consumerName(topic, group);
    const config = {
      durable_name: name,
      filter_subject: `shop.${topic}`,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      max_deliver: MAX_DELIVERIES,
      ...(group === undefined ? { inactive_threshold: nanos(OWN_EXPIRES_MS) } : {}),
    };
    await persistently(() => manager.consumers.add(STREAM, config));
    return name;
  }

  async function consume(name: string, topic: string, handle: Handle): Promise<ConsumerMessages> {
    const consumer = await persistently(() => stream.consumers.get(STREAM, name));
    const messages = await consumer.consume({ max_messages: MAX_IN_FLIGHT, expires: PULL_MS });
    void (async () => {
      for await (const message of messages) {
        inFlight.add(take(message, topic, handle));
      }
    })();
    return messages;
  }

  async function take(message: JsMsg, topic: string, handle: Handle): Promise<void> {
    const alive = setInterval(() => message.working(), ackWaitMs / 3);
    try {
      await handle({ body: message.data, replyTo: message.headers?.get(REPLY_TO) || undefined });
      if (!isClosed) message.ack();
    } catch (err) {
      const attempt = message.info.deliveryCount;
      if (attempt >= MAX_DELIVERIES) log.error({ err, topic, attempt }, 'A message is given up');
      else log.warn({ err, topic, attempt }, 'A message was not handled');
      if (!isClosed) message.nak(RETRY_AFTER_MS);
    } finally {
      clearInterval(alive);
    }
  }

  return {
    system: 'nats',
    async send(topic, body, { replyTo } = {}) {
      const fields = headers();
      if (replyTo !== undefined) fields.set(REPLY_TO, replyTo);
      for (;;) {
        try {
          await stream.publish(`shop.${topic}`, body, { headers: fields, timeout: ANSWER_MS });
          return;
        } catch (error) {
          if (isClosed || connection.isClosed()) throw error;
          await delay(100); // no answer, or no connection: a message that has arrived is delivered twice
        }
      }
    },
    async consume(topic, group, handle) {
      consuming.push(await consume(await addConsumer(topic, group), topic, handle));
    },
    async consumeOwn(topic, handle) {
      await consume(await addConsumer(topic, undefined), topic, handle);
    },
    async stopConsuming(timeoutMs) {
      await Promise.all(consuming.map((messages) => messages.close()));
      const left = await inFlight.settled(timeoutMs);
      if (left > 0) log.warn({ left }, 'Messages are left to the next process');
    },
    async shutdown() {
      isClosed = true;
      await connection.drain(); // acknowledgements are on their way
    },
  };
}

const STREAM = 'SHOP';
/** The client waits for the whole time, by default 20 s, if a new connection is lost before the server's first answer. */
const CONNECT_MS = 2000;
/** Without an answer for so long, a message is sent once more. */
const ANSWER_MS = 1000;
/** After about this time a request for messages that was lost with a connection is noticed and repeated. */
const PULL_MS = 2000;
const REPLY_TO = 'Shop-Reply-To';

async function connected(url: string, log: Log): Promise<NatsConnection> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await connect({ servers: url, timeout: CONNECT_MS, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
    } catch (err) {
      if (attempt === 0) log.warn({ err }, 'NATS is not there; trying again');
      await delay(Math.min(100 * 2 ** attempt, 2000));
    }
  }
}

/** Repeats a call without an answer, because the connection was lost. It may have succeeded already. */
async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const isLost = error instanceof errors.TimeoutError || error instanceof errors.RequestError;
      if (!isLost || attempt === 30) throw error;
    }
  }
}

/** Names of consumers have no dots. */
function consumerName(topic: string, group: string | undefined): string {
  return [topic.replaceAll('.', '-'), ...(group === undefined ? [] : [group])].join('--');
}
