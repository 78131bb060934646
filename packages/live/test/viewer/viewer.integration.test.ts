import { once } from 'node:events';
import { get, request } from 'node:http';
import { connect } from 'node:http2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../../scripts/servers/server-process.js';
import { openViewer, type Viewer, type ViewerOptions } from '../../src/index.js';

const token = 'a-token-of-the-team';
const authorization = `Bearer ${token}`;

describe('a session', () => {
  test('that one viewer exports is the same in another, however often it is imported', async () => {
    const [from, to] = [await openedViewer(), await openedViewer()];
    await sendOrder(from, { instance: 'orders-1', startMs: Date.now() - 5000 });
    const file = await fetch(`${from.pageUrl}api/session`, { headers: { authorization } });
    expect(file.headers.get('content-disposition')).toMatch(/filename="sightline-session-[\dT-]+\.jsonl\.gz"/);
    const bytes = await file.arrayBuffer();
    for (const repeated of [0, expect.any(Number)]) {
      const answer = await fetch(`${to.pageUrl}api/session`, {
        method: 'POST',
        headers: { authorization },
        body: bytes,
      });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ repeated });
      expect(await answersOf(to)).toEqual(await answersOf(from));
    }
  });

  test('comes back to the viewer where it was exported without a change', async () => {
    const viewer = await openedViewer();
    await sendOrder(viewer, { instance: 'orders-1', startMs: Date.now() - 5000 });
    const before = await answersOf(viewer);
    await viewer.importSession(chunksOf(viewer.exportSession()));
    expect(await answersOf(viewer)).toEqual(before);
  });
});

test('a service that was restarted goes on: both of its processes count, and can be distinguished', async () => {
  const viewer = await openedViewer();
  const nowMs = Date.now();
  await sendOrder(viewer, { instance: 'orders-1', startMs: nowMs - 20_000, count: 10 });
  // Often enough that a whole step of the history is known, wherever the steps begin.
  for (const [i, secondsAgo] of [15, 10, 5, 0].entries()) {
    const startMs = nowMs - 500 - secondsAgo * 1000;
    await sendOrder(viewer, { instance: 'orders-2', startMs, begunMs: nowMs - 16_000, count: i + 1, trace: 'b' });
  }
  const { services } = await viewer.get('services');
  expect(services).toEqual([expect.objectContaining({ name: 'orders', instances: 2 })]);
  const question = { name: 'orders.placed', last: '1m' };
  const { series } = await viewer.get('metrics/history', question);
  expect(series).toEqual([expect.objectContaining({ labels: { product: 'tea' }, current: 14 })]);
  const rates = series[0]?.values['rate']?.filter((rate) => rate !== null) ?? [];
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...rates)).toBeGreaterThan(0);
  const apart = await viewer.get('metrics/history', { ...question, by: 'service.instance.id' });
  expect(apart.series.map(({ labels, current }) => [labels['service.instance.id'], current]).sort()).toEqual([
    ['orders-1', 10],
    ['orders-2', 4],
  ]);
});

test('a parent that comes after its children, from a service whose clock is behind', async () => {
  const viewer = await openedViewer();
  const ms = Date.now() - 2000;
  await send(
    viewer,
    'traces',
    spansOf('stock', [spanOf({ id: '2', parent: '1', name: 'reserve', startMs: ms - 700, endMs: ms - 650 })]),
  );
  const [early] = (await viewer.get('traces')).traces;
  expect(early).toMatchObject({ name: 'reserve', isRootMissing: true, spans: 1 });
  await send(viewer, 'traces', spansOf('orders', [spanOf({ id: '1', name: 'order', startMs: ms, endMs: ms + 100 })]));
  const [whole] = (await viewer.get('traces')).traces;
  expect(whole).toMatchObject({ name: 'order', isRootMissing: false, spans: 2, services: ['stock', 'orders'] });
  const { spans } = await viewer.get(`traces/${early?.traceId ?? ''}`);
  expect(
    spans.map(({ name, depth, offsetMs, correctedMs }) => [name, depth, offsetMs >= 0, Math.round(correctedMs)]),
  ).toEqual([
    ['order', 0, true, 0],
    ['reserve', 1, true, expect.toSatisfy((by: number) => by >= 700 && by <= 750)],
  ]);
  const { services } = await viewer.get('services');
  expect(services.find(({ name }) => name === 'stock')?.clockAheadMs).toBeLessThanOrEqual(-650);
});

test('shuts down with streams, sockets and requests that are open, and its ports are free again', async () => {
  const ports = { port: await freePort(), otlpHttpPort: await freePort(), otlpGrpcPort: await freePort() };
  const viewer = await openedViewer(ports);
  const stream = get(`${viewer.pageUrl}stream`, { headers: { authorization, accept: 'text/event-stream' } });
  stream.on('error', () => {});
  const [response] = await once(stream, 'response');
  const ended = once(response.resume(), 'close');
  const half = request(`${viewer.otlpHttpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', 'content-length': '1000' },
  });
  half.on('error', () => {});
  half.write('half');
  const grpc = connect(viewer.otlpGrpcUrl);
  grpc.on('error', () => {});
  await once(grpc, 'connect');
  const call = grpc.request({
    ':method': 'POST',
    ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    'content-type': 'application/grpc',
  });
  call.on('error', () => {});
  call.write(Buffer.from([0, 0, 0, 1, 0]));

  const startMs = performance.now();
  await viewer.shutdown({ timeoutMs: 500 });
  expect(performance.now() - startMs).toBeLessThan(5000);
  await ended;
  grpc.destroy();
  await openedViewer(ports);
});

/** All that is shown of what was sent. */
async function answersOf(viewer: Viewer): Promise<unknown> {
  const { traces, kept } = await viewer.get('traces', { last: '5m' });
  const { lines } = await viewer.get('logs', { last: '5m' });
  const { messages } = await viewer.get('messages');
  const { series, heatMap } = await viewer.get('metrics/history', { name: 'orders.placed', last: '5m' });
  return {
    traces,
    kept,
    whole: await Promise.all(traces.map(({ traceId }) => viewer.get(`traces/${traceId}`))).then((each) =>
      each.map(({ messages: _ids, ...trace }) => trace),
    ),
    lines,
    messages: messages.map(({ id: _id, ...message }) => message),
    metrics: await viewer.get('metrics'),
    current: series.map(({ labels, current }) => ({ labels, current })),
    heatMap,
    services: (await viewer.get('services')).services.map(({ name, instances, spans }) => ({ name, instances, spans })),
  };
}

async function openedViewer(options: ViewerOptions = {}): Promise<Viewer> {
  const viewer = await openViewer({ port: 0, otlpHttpPort: 0, otlpGrpcPort: 0, token, ...options });
  onTestFinished(() => viewer.shutdown({ timeoutMs: 100 }));
  return viewer;
}

async function* chunksOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* [...chunks];
}

interface Order {
  readonly instance: string;
  readonly startMs: number;
  /** Since when its counter counts; default: `startMs`. */
  readonly begunMs?: number;
  readonly count?: number;
  /** A hexadecimal digit. */
  readonly trace?: string;
}

/** A trace, a line, a message and a counter of the service `orders`. */
async function sendOrder(
  viewer: Viewer,
  { instance, startMs, begunMs = startMs, count = 1, trace = 'a' }: Order,
): Promise<void> {
  const endMs = startMs + 500;
  const ids = { traceId: trace.repeat(32), spanId: '1'.padStart(16, '0') };
  const resource = resourceOf('orders', instance);
  await send(viewer, 'traces', {
    resourceSpans: [
      {
        resource,
        scopeSpans: [{ scope: { name: 'shop' }, spans: [spanOf({ id: '1', trace, name: 'order', startMs, endMs })] }],
      },
    ],
  });
  const line = { timeUnixNano: nanos(startMs + 10), severityNumber: 9, body: { stringValue: 'Placed.' }, ...ids };
  const message = {
    ...{ timeUnixNano: nanos(startMs + 20), eventName: 'OrderPlaced', ...ids },
    body: { kvlistValue: { values: [{ key: 'order', value: { stringValue: 'o-1' } }] } },
    attributes: [{ key: 'sightline.topic', value: { stringValue: 'events' } }],
  };
  await send(viewer, 'logs', {
    // The same line twice: both count.
    resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'app' }, logRecords: [line, line, message] }] }],
  });
  const dataPoints = [
    {
      attributes: [{ key: 'product', value: { stringValue: 'tea' } }],
      ...{ startTimeUnixNano: nanos(begunMs), timeUnixNano: nanos(endMs), asInt: String(count) },
    },
  ];
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
  await send(viewer, 'metrics', {
    resourceMetrics: [
      { resource, scopeMetrics: [{ scope: { name: 'shop' }, metrics: [{ name: 'orders.placed', sum }] }] },
    ],
  });
}

interface GivenSpan {
  readonly id: string;
  readonly parent?: string;
  readonly trace?: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

function spanOf({ id, parent, trace = 'a', name, startMs, endMs }: GivenSpan): object {
  return {
    ...{ traceId: trace.repeat(32), spanId: id.padStart(16, '0'), name, kind: 2 },
    ...(parent === undefined ? {} : { parentSpanId: parent.padStart(16, '0') }),
    ...{ startTimeUnixNano: nanos(startMs), endTimeUnixNano: nanos(endMs) },
  };
}

function spansOf(service: string, spans: readonly object[]): object {
  return { resourceSpans: [{ resource: resourceOf(service, `${service}-1`), scopeSpans: [{ spans }] }] };
}

function resourceOf(service: string, instance: string): object {
  const attributes = { 'service.name': service, 'service.instance.id': instance };
  return { attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })) };
}

function nanos(ms: number): string {
  return `${ms}000000`;
}

async function send({ otlpHttpUrl }: Viewer, signal: string, body: object): Promise<void> {
  const response = await fetch(`${otlpHttpUrl}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([response.status, await response.json()]).toEqual([200, {}]);
}
