import type { CqrsEvents } from '@sightline/cqrs';
import { createEvents, recordEvents } from '@sightline/events';
import { openViewer, type Viewer } from '@sightline/live';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBuses } from '../src/bus/open-buses.js';
import { buy } from '../src/customer.js';
import { shopObservability, telemetryOf } from '../src/observability.js';
import { shopMetrics } from '../src/shop-metrics.js';
import { servicesHere } from '../src/shop-services.js';
import { viewerEnv } from '../src/shop-viewer.js';

// The five services in one process send everything to a viewer, and have ended when it is asked.

let viewer: Viewer;
let env: Readonly<Record<string, string>>;
const purchases: string[] = [];

beforeAll(async () => {
  viewer = await openViewer({ port: 0, otlpHttpPort: 0, otlpGrpcPort: 0 });
  env = { ...viewerEnv(viewer), SIGHTLINE_TEST_RUN: 'false', LOG_LEVEL: 'info', METRICS_BACKEND: 'otel' };
  await runShop(['tea', 'espresso-machine', 'piano']);
});
afterAll(() => viewer?.shutdown());

test('the shop sold what it should', () => {
  expect(purchases).toEqual(['tea fulfilled', 'espresso-machine cancelled', 'piano cancelled']);
});

test('every service is known by all that it sent', async () => {
  const { services } = await viewer.get('services');
  expect(services.map(({ name }) => name).sort()).toEqual(['fulfilment', 'orders', 'payment', 'shop', 'stock']);
  for (const service of services) {
    expect(service).toMatchObject({ language: 'nodejs', instances: 1, restarts: 0 });
    expect(service.spans).toBeGreaterThan(0);
    expect(service.logLines).toBeGreaterThan(0);
    expect(service.metrics).toBeGreaterThan(0);
    expect(service.messages).toBeGreaterThan(0);
  }
});

test('each order is one whole trace through all services', async () => {
  const { traces } = await viewer.get('traces', { name: 'shop.purchase' });
  expect(traces).toHaveLength(3);
  for (const { traceId, isRootMissing, name } of traces) {
    expect({ isRootMissing, name }).toEqual({ isRootMissing: false, name: 'shop.purchase' });
    const { spans } = await viewer.get(`traces/${traceId}`);
    expect(spans.filter((span) => span.isParentMissing)).toEqual([]);
    expect(spans.filter(({ depth }) => depth === 0)).toHaveLength(1);
  }
});

test('the flow has the topics between the services, in both directions', async () => {
  const { nodes, edges, serviceEdges = [] } = await viewer.get('flow', { last: '5m' });
  const nameOf = new Map(nodes.map(({ id, name, kind }) => [id, `${kind} ${name}`]));
  const between = edges.map(({ from, to }) => `${nameOf.get(from)} -> ${nameOf.get(to)}`);
  expect(between.filter((edge) => edge.startsWith('topic')).sort()).toEqual([
    'topic events.OrderCancelled -> service orders',
    'topic events.OrderFulfilled -> service orders',
    'topic events.OrderPlaced -> service fulfilment',
    'topic events.OrderPlaced -> service stock',
    'topic orders.commands -> service orders',
    'topic orders.queries -> service orders',
    'topic payment.commands -> service payment',
    'topic stock.commands -> service stock',
  ]);
  expect(serviceEdges.map(({ from, to, via }) => `${nameOf.get(from)} -> ${nameOf.get(to)} by ${via}`).sort()).toEqual([
    'service fulfilment -> service orders by events.OrderCancelled',
    'service fulfilment -> service orders by events.OrderFulfilled',
    'service fulfilment -> service payment by payment.commands',
    'service fulfilment -> service stock by stock.commands',
    'service orders -> service fulfilment by events.OrderPlaced',
    'service orders -> service stock by events.OrderPlaced',
    'service shop -> service orders by orders.commands',
    'service shop -> service orders by orders.queries',
  ]);
});

test('a message leads to its trace, its lines and an exemplar', async () => {
  const { messages } = await viewer.get('messages', { topic: 'commands', type: 'ChargePayment' });
  expect(messages.length).toBeGreaterThan(0);
  const [message] = messages;
  expect(message).toMatchObject({ source: 'fulfilment', payload: { order: expect.any(String) } });
  const { chain } = await viewer.get(`messages/${message?.id}`);
  expect(chain.map(({ timestampMs }) => timestampMs)).toEqual(
    [...chain].map(({ timestampMs }) => timestampMs).sort((a, b) => a - b),
  );
  expect(new Set(chain.map(({ traceId }) => traceId))).toEqual(new Set([message?.traceId]));
  expect(new Set(chain.map(({ topic }) => topic))).toEqual(new Set(['commands', 'queries', 'events', 'sagas']));
  const trace = await viewer.get(`traces/${message?.traceId}`);
  expect(new Set(trace.services)).toEqual(new Set(['shop', 'orders', 'fulfilment', 'stock', 'payment']));
  expect(chain[0]).toMatchObject({ topic: 'commands', type: 'PlaceOrder', source: 'shop' });
  expect(chain.filter(({ id }) => !trace.messages.includes(id))).toEqual([]);
  const { lines } = await viewer.get('logs', { traceId: message?.traceId ?? '' });
  expect(lines.length).toBe(trace.logLines.length + trace.moreLogLines);
  const { exemplars } = await viewer.get('metrics/history', {
    name: 'command.processing.duration',
    service: 'payment',
  });
  expect(exemplars.map(({ traceId }) => traceId)).toContain(message?.traceId);
});

test('counts are those of the buses, and processes that lived for a second are in the rates', async () => {
  const overview = await viewer.get('overview', { last: '5m' });
  expect(overview.sagas).toEqual({ started: 3, running: 0, ended: expect.anything() });
  expect(Object.values(overview.sagas?.ended ?? {}).reduce((sum, count) => sum + count, 0)).toBe(3);
  expect(overview.messages.commands?.total).toBeGreaterThan(6);
  expect(overview.requestsFrom).toBe('spans');
  // The interval that has just begun is not shown yet.
  const withRates = async (): Promise<string[]> => {
    const { values } = (await viewer.get('overview', { last: '5m' })).series;
    return Object.keys(values).filter((name) => values[name]?.some((rate) => (rate ?? 0) > 0));
  };
  await expect.poll(withRates).toEqual(expect.arrayContaining(['commands', 'events', 'queries', 'requests']));
  const { series } = await viewer.get('metrics/history', { name: 'command.dispatched.count', service: 'shop' });
  expect(series).toEqual([expect.objectContaining({ labels: { command_type: 'PlaceOrder' }, current: 3 })]);
  expect(series[0]?.values['rate']?.some((rate) => (rate ?? 0) > 0)).toBe(true);
  // The five services are one process, whose memory each of them reports: a sum would be five times as much. It may have shrunk since.
  const { residentBytes } = overview.memory ?? {};
  expect(residentBytes).toBeGreaterThan(0);
  expect(residentBytes).toBeLessThanOrEqual(3 * process.memoryUsage().rss);
  const { losses } = await viewer.get('losses');
  expect(losses.filter(({ severity }) => severity === 'bad')).toEqual([]);
});

test('a second run of the same services adds to the first', async () => {
  await runShop(['tea']);
  const { services } = await viewer.get('services');
  expect(services.map(({ restarts }) => restarts)).toEqual(services.map(() => 1)); // the process is the same
  const { series } = await viewer.get('metrics/history', { name: 'command.dispatched.count', service: 'shop' });
  expect(series).toEqual([expect.objectContaining({ labels: { command_type: 'PlaceOrder' }, current: 4 })]);
  expect((await viewer.get('overview')).sagas).toMatchObject({ started: 4, running: 0 });
  const { processes } = await viewer.get('runtime');
  expect(processes.length).toBeLessThanOrEqual(10);
});

async function runShop(products: readonly string[]): Promise<void> {
  const obs = shopObservability('shop', env);
  const services = await servicesHere(env, obs.logger);
  const broker = services.memory?.connect();
  if (broker === undefined) throw new Error('There is no broker in this process.');
  const events = createEvents<CqrsEvents>({ metrics: obs.metrics, log: obs.logger });
  recordEvents(events, obs.metrics, shopMetrics);
  const buses = await openBuses({ service: 'shop', broker, telemetry: telemetryOf(obs), log: obs.logger, events });
  for (const product of products) {
    const { status } = await obs.operation('shop.purchase', { labels: { product } }, () =>
      buy(buses, { product, quantity: 1 }),
    );
    purchases.push(`${product} ${status}`);
  }
  obs.logger.info({}, 'The shop closes');
  await services.shutdown();
  await broker.shutdown();
  await obs.shutdown();
}
