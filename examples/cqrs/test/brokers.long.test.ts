import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { CqrsEvents } from '@sightline/cqrs';
import { createEvents } from '@sightline/events';
import type { Observability } from '@sightline/sdk';
import amqp from 'amqplib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startNats } from '../../../scripts/servers/nats.js';
import { hasOtelCollector, startOtelCollector } from '../../../scripts/servers/otel-collector.js';
import { type OtlpReceiver, otlpReceiver } from '../../../scripts/servers/otlp-receiver.js';
import { startRabbitmq } from '../../../scripts/servers/rabbitmq.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import type { ServerProcess } from '../../../scripts/servers/server-process.js';
import type { Broker } from '../src/bus/broker.js';
import { openBroker } from '../src/bus/open-broker.js';
import { type Buses, openBuses } from '../src/bus/open-buses.js';
import { shopQueues } from '../src/bus/shop-queues.js';
import { buy } from '../src/customer.js';
import { serviceNames } from '../src/domain/contracts.js';
import { shopObservability, telemetryOf } from '../src/observability.js';
import { capturedLog } from './captured-log.js';
import { attributeOf, collectedSpans, expectConnectedTrace } from './collected-trace.js';
import { type CuttableProxy, cuttableProxy } from './cuttable-proxy.js';
import { type ServiceBundle, type ServiceProcess, serviceBundle } from './service-bundle.js';

const all = ['shop', ...serviceNames];
const tea = { product: 'tea', quantity: 2 };
const machine = { product: 'espresso-machine', quantity: 1 };

let bundle: ServiceBundle;
beforeAll(async () => {
  bundle = await serviceBundle();
});
afterAll(() => bundle?.remove());

describe.each([
  {
    broker: 'NATS',
    isThere: requireServer('/usr/sbin/nats-server'),
    start: () => startNats({ hasJetStream: true }),
    scheme: 'nats',
    forget: forgetNats,
  },
  {
    broker: 'RabbitMQ',
    isThere: requireServer('/usr/lib/rabbitmq/bin/rabbitmq-server'),
    start: startRabbitmq,
    scheme: 'amqp',
    forget: forgetRabbitmq,
  },
])('separate processes on $broker', ({ isThere, start, scheme, forget }) => {
  if (!isThere) return void test.skip('needs the server');

  let server: ServerProcess;
  let proxy: CuttableProxy;
  beforeAll(async () => {
    server = await start();
    proxy = await cuttableProxy(server.port);
  });
  afterAll(async () => {
    await proxy?.shutdown();
    await server?.stop();
  });

  let collector: OtlpReceiver;
  let folder: string;
  const running = new Map<string, ServiceProcess>();
  beforeEach(async () => {
    collector = await otlpReceiver();
    folder = await mkdtemp(join(tmpdir(), 'sightline-shop-data-'));
  });
  afterEach(async () => {
    await Promise.all([...running.values()].map((service) => service.end('SIGKILL')));
    running.clear();
    await forget(server.url);
    await collector.stop();
    await rm(folder, { recursive: true });
  });

  const environment = (endpoint = collector.url): Record<string, string> => ({
    BROKER_URL: `${scheme}://127.0.0.1:${proxy.port}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    DATA_DIR: folder,
    METRICS_BACKEND: 'none',
  });

  function startService(name: string, env: Record<string, string> = {}): ServiceProcess {
    const service = bundle.start('service-process', [name], { ...environment(), ...env });
    running.set(name, service);
    return service;
  }

  async function endAll(): Promise<void> {
    for (const name of ['fulfilment', 'payment', 'stock', 'orders']) {
      await running.get(name)?.line('Service is running');
      const ended = await running.get(name)?.end('SIGTERM');
      expect(ended, ended?.output).toMatchObject({ code: 0 });
      running.delete(name);
    }
  }

  /** Runs `use` as the customer, who is this process, and waits until its spans are sent. */
  async function asCustomer<T>(use: (buses: Buses, broker: Broker, obs: Observability) => Promise<T>): Promise<T> {
    const log = capturedLog();
    const obs = shopObservability('shop', { ...environment(), LOG_LEVEL: 'warn' });
    const broker = await openBroker(environment()['BROKER_URL'] ?? '', log);
    const telemetry = telemetryOf(obs);
    const buses = await openBuses({ service: 'shop', broker, telemetry, log, events: createEvents<CqrsEvents>() });
    try {
      return await obs.spans.span('purchase', () => use(buses, broker, obs));
    } finally {
      await broker.shutdown();
      await obs.shutdown();
    }
  }

  async function storedBy(service: string, type: string): Promise<number> {
    const text = await readFile(join(folder, `${service}.jsonl`), 'utf8');
    return text.split(`"type":"${type}"`).length - 1;
  }

  test.each([
    { wish: tea, outcome: 'fulfilled', saga: 'completed' },
    { wish: machine, outcome: 'cancelled', saga: 'compensated' },
  ])('an order that is $outcome is one connected trace', async ({ wish, outcome, saga }) => {
    for (const name of serviceNames) startService(name);
    const purchase = await asCustomer((buses) => buy(buses, wish));
    expect(purchase).toMatchObject({ status: outcome });
    await endAll();
    const spans = collectedSpans(collector);
    expectConnectedTrace(spans, all);
    const sagas = spans.filter(({ name }) => name === 'saga fulfil-order');
    expect(sagas.map((each) => attributeOf(each, 'cqrs.saga.outcome'))).toEqual([saga]);
    const isUndone = saga === 'compensated';
    const compensations = spans.filter(({ name }) => name.startsWith('compensate '));
    expect(compensations.map(({ name }) => name)).toEqual(isUndone ? ['compensate reserve-stock'] : []);
    expect(await storedBy('stock', 'StockReleased')).toBe(isUndone ? 1 : 0);
    const processed = spans.find(({ name }) => name === 'process orders.commands');
    expect(attributeOf(processed, 'messaging.system')).toBe(scheme === 'amqp' ? 'rabbitmq' : 'nats');
    expect(attributeOf(processed, 'messaging.message.id')).toBe(`PlaceOrder/${purchase.order}`);
    expect(attributeOf(processed, 'sightline.message.source')).toBe('shop');
  });

  test.skipIf(!hasOtelCollector)('the trace goes through a real Collector, too', async () => {
    const { http } = await startOtelCollector('traces', {
      traces_endpoint: `${collector.url}/v1/traces`,
      encoding: 'json',
      compression: 'none',
    });
    // The binary encoding, which is the default, is what the Collector reads here.
    const env = { ...environment(http), OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' };
    const { code, output } = await bundle.start('main', ['espresso-machine'], env).ended;
    expect(code, output).toBe(0);
    await vi.waitFor(() => expectConnectedTrace(collectedSpans(collector), all), { timeout: 60_000 });
  });

  test('a message that is delivered twice counts once, and both deliveries are in the trace', async () => {
    for (const name of serviceNames) startService(name);
    await asCustomer(async (buses) => {
      const command = { order: `twice-${scheme}`, ...tea };
      await Promise.all([
        buses.commands.dispatch('PlaceOrder', command),
        buses.commands.dispatch('PlaceOrder', command),
      ]);
      const status = () => buses.queries.dispatch('OrderStatus', { order: command.order, waitMs: 5000 });
      while ((await status()).status !== 'fulfilled');
      await buses.commands.dispatch('PlaceOrder', command); // long after it was handled
    });
    await endAll();
    expect(await storedBy('orders', 'OrderPlaced')).toBe(1);
    expect(await storedBy('stock', 'StockReserved')).toBe(1);
    expect(await storedBy('payment', 'PaymentCharged')).toBe(1);
    expect(await storedBy('fulfilment', 'OrderFulfilled')).toBe(1);
    const spans = collectedSpans(collector);
    expectConnectedTrace(spans, all);
    expect(spans.filter(({ name }) => name === 'handle PlaceOrder')).toHaveLength(3);
  });

  test('a service that is killed while it handles a message handles it when it is back, in the same trace', async () => {
    for (const name of serviceNames) startService(name, name === 'payment' ? { CARD_DELAY_MS: '600000' } : {});
    const purchase = await asCustomer(async (buses) => {
      const bought = buy(buses, tea);
      await running.get('payment')?.line('Asking the card company');
      await running.get('payment')?.end('SIGKILL');
      startService('payment');
      return await bought;
    });
    expect(purchase).toMatchObject({ status: 'fulfilled' });
    await endAll();
    expect(await storedBy('payment', 'PaymentCharged')).toBe(1);
    const spans = collectedSpans(collector);
    expectConnectedTrace(spans, all);
    expect(spans.filter(({ name }) => name === 'handle ChargePayment')).toHaveLength(1);
  });

  test('a service that is killed after it has handled a message knows that when it is back', async () => {
    for (const name of serviceNames) startService(name);
    await asCustomer(async (buses) => {
      const command = { order: `again-${scheme}`, ...tea };
      await buses.commands.dispatch('ReserveStock', command);
      await running.get('stock')?.end('SIGKILL');
      startService('stock');
      await buses.commands.dispatch('ReserveStock', command);
      await expect(buses.queries.dispatch('StockOf', { product: 'tea' })).resolves.toMatchObject({ inStock: 998 });
    });
    expect(await storedBy('stock', 'StockReserved')).toBe(1);
  });

  test('a service that is asked to end finishes what it has begun, and its spans are sent', async () => {
    for (const name of serviceNames) startService(name, { CARD_DELAY_MS: '300' });
    const purchase = await asCustomer(async (buses) => {
      const bought = buy(buses, tea);
      await running.get('payment')?.line('Asking the card company');
      await endAll(); // the saga's service first: it must get its answer
      for (const name of serviceNames) startService(name);
      return await bought;
    });
    expect(purchase).toMatchObject({ status: 'fulfilled' });
    await endAll();
    expectConnectedTrace(collectedSpans(collector), all);
    expect(await storedBy('payment', 'PaymentCharged')).toBe(1);
  });

  test('orders survive the loss of every connection', async () => {
    for (const name of serviceNames) startService(name, { CARD_DELAY_MS: '300' });
    const purchases = await asCustomer(async (buses) => {
      const bought = Promise.all([buy(buses, tea), buy(buses, machine), buy(buses, tea)]);
      await running.get('payment')?.line('Asking the card company');
      expect(proxy.cut()).toBeGreaterThan(4);
      return await bought;
    });
    expect(purchases.map(({ status }) => status)).toEqual(['fulfilled', 'cancelled', 'fulfilled']);
    await endAll();
    expect(await storedBy('payment', 'PaymentCharged')).toBe(2);
    expectConnectedTrace(collectedSpans(collector), all);
  });
});

test('without a broker everything runs in one process, draws its traces, and ends', async () => {
  const { code, output } = await bundle.start('main', ['tea', 'piano'], {}).ended;
  expect(code, output).toBe(0);
  expect(output).toMatch(/Order \w+: 1 x tea: fulfilled \(parcel-\w+\)/);
  expect(output).toMatch(/Order \w+: 1 x piano: cancelled \(No carrier takes a piano\.\)/);
  expect(output.match(/^Trace [0-9a-f]{32}: \d+ spans of 5 services$/gm)).toHaveLength(2);
  expect(output).toContain('compensate charge-payment');
  expect(output).not.toContain('its parent is missing');
});

test('a process that waits for an absent broker ends by a signal, and so do the services', async () => {
  const shop = bundle.start('main', ['tea'], { BROKER_URL: 'nats://127.0.0.1:1' });
  for (const name of all) await shop.line(`"name":"${name}"`);
  const { output } = await shop.end('SIGTERM'); // when the last process has let go of the output
  expect(output).toContain('NATS is not there; trying again');
});

// A message that the services of one test left is none of the next test's.
async function forgetNats(url: string): Promise<void> {
  const connection = await connect({ servers: url });
  await (await jetstreamManager(connection)).streams.delete('SHOP');
  await connection.close();
}

async function forgetRabbitmq(url: string): Promise<void> {
  const connection = await amqp.connect(url);
  const channel = await connection.createChannel();
  for (const { topic, group } of shopQueues) await channel.deleteQueue(`shop.${topic}.${group}`);
  await connection.close();
}
