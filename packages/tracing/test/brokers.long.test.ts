import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect as connectNats, headers as natsHeaders } from '@nats-io/transport-node';
import { context, propagation, type Span, trace } from '@opentelemetry/api';
import { currentContext, runWithContext } from '@sightline/context';
import amqp, { type ConsumeMessage } from 'amqplib';
import { CloudEvent, HTTP } from 'cloudevents';
import { Redis } from 'ioredis';
import mqtt from 'mqtt';
import { afterAll, describe, expect, test } from 'vitest';
import { startMosquitto } from '../../../scripts/servers/mosquitto.js';
import { startNats } from '../../../scripts/servers/nats.js';
import { startRabbitmq } from '../../../scripts/servers/rabbitmq.js';
import { startRedis } from '../../../scripts/servers/redis.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import type { ServerProcess } from '../../../scripts/servers/server-process.js';
import { runInSpan } from '../src/index.js';
import { MessagePropagator, type ReceivedMessage } from '../src/messages/index.js';
import {
  amqpCarrier,
  baggagePropagator,
  cloudEventCarrier,
  compositePropagator,
  extractCloudEvent,
  extractContext,
  httpCarrier,
  injectContext,
  mqttCarrier,
  natsCarrier,
  redisStreamCarrier,
  w3cPropagator,
} from '../src/propagation/index.js';
import { recordedSpans } from './recorded-spans.js';

const spans = recordedSpans();
const propagator = compositePropagator([w3cPropagator, baggagePropagator]);
const messages = new MessagePropagator({ source: 'tests', system: 'test', propagator });
const message = { type: 'event', name: 'OrderPlaced', payload: { order: 7, text: 'Grüße 🚚' } } as const;

/** What a handler sees of its message's sender. */
interface Seen {
  readonly traceId: string | undefined;
  readonly tenant: string | undefined;
  readonly correlation_id: string | undefined;
  readonly user_id: string | undefined;
  readonly payload: unknown;
}

const seen = (received: ReceivedMessage): Seen => ({
  traceId: trace.getActiveSpan()?.spanContext().traceId,
  tenant: propagation.getActiveBaggage()?.getEntry('tenant')?.value,
  correlation_id: currentContext()?.correlation_id,
  user_id: currentContext()?.user_id,
  payload: received.payload,
});

/** Runs `fn` as a sender: in a span, with baggage and context fields. */
function asSender<T>(fn: (span: Span) => T): T {
  const baggage = propagation.createBaggage({ tenant: { value: 'Müller & Söhne' } });
  return runWithContext({ correlation_id: 'c-1', user_id: 'u-1' }, () =>
    context.with(propagation.setBaggage(context.active(), baggage), () =>
      trace.getTracer('test').startActiveSpan('caller', (span) => runInSpan(span, () => fn(span))),
    ),
  );
}

function expectContext(all: readonly Seen[]): void {
  expect(all.length).toBeGreaterThan(0);
  for (const each of all) {
    expect(each).toEqual({
      traceId: spans.named('caller').spanContext().traceId,
      tenant: 'Müller & Söhne',
      correlation_id: 'c-1',
      user_id: 'u-1',
      payload: message.payload,
    });
  }
}

const stops: Array<() => Promise<unknown>> = [];
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

async function running(start: () => Promise<ServerProcess>): Promise<string> {
  const server = await start();
  stops.push(() => server.stop());
  return server.url;
}

describe.skipIf(!requireServer('redis-server'))('Redis Streams', () => {
  test('carry an envelope, as text and as bytes, and context in fields of an entry', async () => {
    const redis = new Redis(await running(startRedis));
    stops.push(async () => redis.disconnect());
    await asSender(async () => {
      await redis.xadd('orders', '*', 'message', messages.encode(message));
      await redis.xadd('orders', '*', 'message', Buffer.from(messages.encodeBytes(message)));
      const fields: unknown[] = ['message', messages.encode({ ...message, trace: {} })];
      injectContext(redisStreamCarrier, fields, { propagator });
      await redis.xadd('orders', '*', ...(fields as string[]));
    });
    const entries = await redis.xrangeBuffer('orders', '-', '+');
    expectContext(
      entries.map(([, fields]) =>
        messages.handle(fields[1], seen, { context: extractContext(redisStreamCarrier, fields, { propagator }) }),
      ),
    );
    expect(entries).toHaveLength(3);
  });
});

describe.skipIf(!requireServer('/usr/sbin/nats-server'))('NATS', () => {
  test('carries an envelope as its payload, and context in headers', async () => {
    const nats = await connectNats({ servers: await running(startNats) });
    stops.push(() => nats.close());
    const subscription = nats.subscribe('orders', { max: 2 });
    asSender(() => {
      nats.publish('orders', messages.encodeBytes(message));
      const headers = natsHeaders();
      injectContext(natsCarrier, headers, { propagator });
      nats.publish('orders', messages.encodeBytes({ ...message, trace: {} }), { headers });
    });
    const all: Seen[] = [];
    for await (const received of subscription) {
      const sender = extractContext(natsCarrier, received.headers, { propagator });
      all.push(messages.handle(received.data, seen, { destination: received.subject, context: sender }));
    }
    expectContext(all);
    expect(all).toHaveLength(2);
  });
});

describe.skipIf(!requireServer('/usr/lib/rabbitmq/bin/rabbitmq-server'))('RabbitMQ', () => {
  test('carries an envelope as its content, and context in headers', async () => {
    const connection = await amqp.connect(await running(startRabbitmq));
    stops.push(() => connection.close());
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const delivered = new Promise<ConsumeMessage[]>((resolve) => {
      const all: ConsumeMessage[] = [];
      void channel.consume(queue, (delivery) => {
        if (delivery !== null) all.push(delivery);
        if (all.length === 2) resolve(all);
      });
    });
    asSender(() => {
      channel.sendToQueue(queue, Buffer.from(messages.encodeBytes(message)));
      const options = {};
      injectContext(amqpCarrier, options, { propagator });
      channel.sendToQueue(queue, Buffer.from(messages.encodeBytes({ ...message, trace: {} })), options);
    });
    expectContext(
      (await delivered).map((delivery) =>
        messages.handle(delivery.content, seen, { context: extractContext(amqpCarrier, delivery, { propagator }) }),
      ),
    );
  });
});

describe.skipIf(!requireServer('/usr/sbin/mosquitto'))('MQTT 5', () => {
  test('carries an envelope as its payload, and context in user properties', async () => {
    const url = await running(startMosquitto);
    const client = await mqtt.connectAsync(url, { protocolVersion: 5 });
    stops.push(() => client.endAsync(true));
    await client.subscribeAsync('orders');
    const all: Seen[] = [];
    const delivered = new Promise<void>((resolve) => {
      client.on('message', (_, payload, packet) => {
        all.push(messages.handle(payload, seen, { context: extractContext(mqttCarrier, packet, { propagator }) }));
        if (all.length === 2) resolve();
      });
    });
    await asSender(async () => {
      await client.publishAsync('orders', Buffer.from(messages.encodeBytes(message)));
      const options = { qos: 1 } as const;
      injectContext(mqttCarrier, options, { propagator });
      await client.publishAsync('orders', messages.encode({ ...message, trace: {} }), options);
    });
    await delivered;
    expectContext(all);
  });
});

test('CloudEvents carry an envelope as data and the context as attributes, structured and binary', async () => {
  const all: Seen[] = [];
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
    const event = HTTP.toEvent({ headers: incoming.headers, body }) as CloudEvent<unknown>;
    const sender = extractCloudEvent({ headers: incoming.headers, event }, { propagator });
    all.push(messages.handle(event.data, seen, { context: sender }));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await asSender(async () => {
    const attributes: Record<string, unknown> = {};
    injectContext(cloudEventCarrier, attributes, { propagator });
    const event = new CloudEvent({
      source: '/orders',
      type: 'OrderPlaced',
      data: messages.wrap(message),
      datacontenttype: 'application/json',
      ...attributes,
    });
    for (const { headers, body } of [HTTP.structured(event), HTTP.binary(event)]) {
      const outgoing = { ...headers } as Record<string, string>;
      injectContext(httpCarrier, outgoing, { propagator });
      const call = request({ port, method: 'POST', headers: outgoing });
      call.end(body);
      const [response] = await once(call, 'response');
      response.resume();
      await once(response, 'end');
    }
  });
  server.close();
  expectContext(all);
  expect(all).toHaveLength(2);
});
