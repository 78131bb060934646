import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pointsOf } from '@sightline/core/backend';
import { type CqrsEvents, countedSagas, cqrsMetrics, tracedCommandBus, tracedEventBus } from '@sightline/cqrs';
import { queryObserver } from '@sightline/database';
import { createEvents, recordEvents } from '@sightline/events';
import { instrumentHandler } from '@sightline/http/node';
import type { AnswersByPath, MetricHistoryAnswer } from '@sightline/live';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createObservability, type Observability } from '../src/index.js';

// What the page of a service says is what happened in it: four requests, of which one fails.

interface PlaceOrder {
  readonly type: 'PlaceOrder';
  readonly order: string;
}

const token = 'a-token-of-the-team';
const orders = ['o-1', 'o-2', 'o-3', 'sold-out'];

const obs: Observability = createObservability({
  serviceName: 'shop',
  signals: false,
  http: false,
  logger: { destination: { write: () => {} } },
  tracing: { exporter: 'none' },
  live: { port: 0, token },
  env: { SIGHTLINE_TEST_RUN: 'false', METRICS_BACKEND: 'none' },
});
const server = shopServer();

beforeAll(async () => {
  await obs.ready;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const statuses: number[] = [];
  for (const order of orders) statuses.push((await fetch(`http://127.0.0.1:${port}/orders/${order}`)).status);
  expect(statuses).toEqual([201, 201, 201, 500]);
  // A name that no metric has, and labels that it has not: counted, never kept.
  obs.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] }).inc({ queue: 'mail' }, Number.NaN);
});

afterAll(async () => {
  server.close();
  await obs.shutdown();
});

test('the first page has the requests, errors, messages and sagas of the service', async () => {
  const overview = await ask('overview?last=1m');
  expect(overview).toMatchObject({
    health: { status: 'ready' },
    requestsFrom: 'metrics',
    requests: { total: 4 },
    errors: { total: 1, share: 0.25 },
    messages: { commands: { total: 4 }, events: { total: 4 }, queries: null },
    sagas: { started: 4, running: 0, ended: { completed: 3, compensated: 1 } },
  });
  expect(overview.recentErrors.map(({ message }) => message)).toEqual(['GET /orders/:id 500', 'The order failed.']);
  expect(overview.memory?.heapLimitBytes).toBeGreaterThan(0);
});

test('the history of each metric ends with the numbers of snapshot()', async () => {
  const { metrics } = await ask('metrics');
  const { families } = obs.metrics.snapshot();
  const own = families.filter(({ name, size }) => size > 0 && !/^(nodejs|process)/.test(name));
  expect(own.length).toBeGreaterThan(10);
  for (const family of own) {
    expect(metrics.map(({ name }) => name)).toContain(family.name);
    const { series } = await ask<MetricHistoryAnswer>(`metrics/history?last=1m&limit=1000&name=${family.name}`);
    const numbers = [...pointsOf(family)].map((point) => ({
      labels: point.labels,
      current: 'value' in point ? point.value : point.count,
      currentSum: 'sum' in point ? point.sum : null,
    }));
    expect(byLabels(series.map(({ labels, current, currentSum }) => ({ labels, current, currentSum })))).toEqual(
      byLabels(numbers),
    );
  }
});

test('operations count each span once', async () => {
  const { operations } = await ask('operations?last=1m');
  expect(Object.fromEntries(operations.map(({ name, count, errors }) => [name, [count, errors]]))).toEqual({
    'GET /orders/:id': [4, 1],
    'saga place-order': [4, 1],
    'step reserve': [4, 0],
    'step place': [4, 1],
    'compensate reserve': [1, 0],
    'command PlaceOrder': [4, 1],
    'handle PlaceOrder': [4, 1],
    'INSERT orders': [4, 0],
    'event OrderPlaced': [4, 0],
    'handle OrderPlaced': [8, 0],
  });
  const { queries } = await ask('database?last=1m');
  expect(queries).toEqual([
    expect.objectContaining({ system: 'postgresql', summary: 'INSERT orders', count: 4, errors: 0 }),
  ]);
});

test('topics count each message once, and nothing is lost but what was sent wrongly', async () => {
  const { topics } = await ask('topics');
  expect(
    topics.map(({ topic, published, kept, types }) => [topic, published, kept, types.map(({ type }) => type)]),
  ).toEqual(
    expect.arrayContaining([
      ['commands', 4, 4, ['PlaceOrder']],
      ['events', 4, 4, ['OrderPlaced']],
      ['sagas', 8, 8, ['place-order']],
    ]),
  );
  const { losses } = await ask('losses');
  expect(losses.filter(({ lost }) => lost > 0)).toEqual([
    expect.objectContaining({ what: 'recordings of shop', lost: 1, severity: 'bad' }),
  ]);
});

test('a message leads to its trace, its log lines and the exemplar of its request', async () => {
  const { messages } = await ask('messages?topic=commands&filter=sold-out');
  expect(messages).toEqual([
    expect.objectContaining({ type: 'PlaceOrder', source: 'shop', payload: { type: 'PlaceOrder', order: 'sold-out' } }),
  ]);
  const { id = '', traceId } = messages[0] ?? {};
  const { chain } = await ask<AnswersByPath[`messages/${string}`]>(`messages/${encodeURIComponent(id)}`);
  expect(chain.map(({ topic, type }) => `${topic} ${type}`)).toEqual([
    'sagas place-order',
    'commands PlaceOrder',
    'events OrderPlaced',
    'sagas place-order',
  ]);
  const trace = await ask<AnswersByPath[`traces/${string}`]>(`traces/${traceId}`);
  expect(trace.spans.map(({ depth, name, status }) => `${'  '.repeat(depth)}${name} ${status}`)).toEqual([
    'GET /orders/:id error',
    '  saga place-order error',
    '    step reserve unset',
    '    step place error',
    '      command PlaceOrder error',
    '        handle PlaceOrder error',
    '          INSERT orders unset',
    '          event OrderPlaced unset',
    '            handle OrderPlaced unset',
    '            handle OrderPlaced unset',
    '    compensate reserve unset',
  ]);
  expect(trace.logLines.map(({ message }) => message)).toEqual([
    'A mail is sent.',
    'The order is placed.',
    'The order failed.',
    'GET /orders/:id 500',
  ]);
  expect(trace.messages).toHaveLength(4);
  const { exemplars } = await ask<MetricHistoryAnswer>('metrics/history?name=http.server.request.duration');
  expect(exemplars.map((exemplar) => exemplar.traceId)).toContain(traceId);
});

test('what the page asks is in no span, metric or line', async () => {
  const { kept } = await ask('traces?last=1m');
  expect(kept).toBe(4);
  const { requests } = await ask('overview?last=1m');
  expect(requests?.total).toBe(4);
});

function shopServer() {
  const events = createEvents<CqrsEvents>({ metrics: obs.metrics });
  recordEvents(events, obs.metrics, cqrsMetrics);
  const bus = memoryBus();
  const commands = tracedCommandBus(bus, { spans: obs.spans, events });
  const published = tracedEventBus(bus, { spans: obs.spans, events });
  const sagas = countedSagas({ spans: obs.spans, events });
  const database = queryObserver(obs, { system: 'postgresql', namespace: 'shop' });

  published.subscribe('OrderPlaced', () => {});
  published.subscribe('OrderPlaced', () => obs.logger.info({ to: 'ada' }, 'A mail is sent.'));
  commands.register('PlaceOrder', async ({ order }) => {
    await database.observe({ sql: 'INSERT INTO orders VALUES (1)' }, async () => {});
    await published.publish({ type: 'OrderPlaced', order });
    obs.logger.info({ order }, 'The order is placed.');
    if (order === 'sold-out') throw new RangeError('Sold out.');
  });
  return createServer(
    instrumentHandler(
      obs,
      async ({ url = '' }, response) => {
        const order = url.slice(url.lastIndexOf('/') + 1);
        const command: PlaceOrder = { type: 'PlaceOrder', order };
        try {
          await sagas.run('place-order', order, async (saga) => {
            await saga.step('reserve', () => {}, { compensate: () => {} });
            await saga.step('place', () => commands.dispatch(command));
          });
          response.writeHead(201).end();
        } catch (err) {
          obs.logger.error({ err }, 'The order failed.');
          response.writeHead(500).end();
        }
      },
      { routeOf: () => '/orders/:id' },
    ),
  );
}

/** Commands and events within the process. */
function memoryBus() {
  type Handler = (message: PlaceOrder) => unknown;
  const handlers = new Map<string, Handler[]>();
  const add = (type: string, handler: Handler): void =>
    void handlers.set(type, [...(handlers.get(type) ?? []), handler]);
  const send = async (message: { readonly type: string; readonly order: string }): Promise<void> => {
    for (const handle of handlers.get(message.type) ?? []) await handle(message as PlaceOrder);
  };
  return { register: add, subscribe: add, dispatch: send, publish: send };
}

type PlainPath = Extract<
  keyof AnswersByPath,
  'overview' | 'operations' | 'losses' | 'metrics' | 'traces' | 'topics' | 'messages' | 'database'
>;

async function ask<Path extends PlainPath>(path: Path | `${Path}?${string}`): Promise<AnswersByPath[Path]>;
async function ask<Answer>(path: string): Promise<Answer>;
async function ask(path: string): Promise<unknown> {
  const response = await fetch(new URL(`api/${path}`, obs.live.url), { headers: { authorization: `Bearer ${token}` } });
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

function byLabels<T extends { readonly labels: object }>(series: readonly T[]): readonly T[] {
  const key = ({ labels }: T): string => JSON.stringify(Object.entries(labels).sort());
  return [...series].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
