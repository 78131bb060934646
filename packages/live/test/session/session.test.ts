import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import type {
  LogsAnswer,
  MetricHistoryAnswer,
  MetricsAnswer,
  ServicesAnswer,
  TracesAnswer,
} from '../../src/model/answers.js';
import { ApiError } from '../../src/model/api.js';
import { createLiveSession, exportSession, importSession } from '../../src/session/index.js';
import { ownMetrics } from '../store/own-metrics.js';
import { START_MS, spanId, type TestStore, testStore, traceId } from '../store/test-store.js';

test('everything that is kept is the same after an export and an import', async () => {
  const from = filled();
  const to = testStore();
  to.clock.advance(3000);
  const counts = await importSession(chunksOf(from), to.store, to.broadcaster);
  expect(counts).toEqual({ spans: 2, repeated: 0, logLines: 1, messages: 1, series: 3, ignored: 0 });
  for (const question of ['traces', `traces/${traceId(1)}`, 'flow', 'operations']) {
    expect(to.get(question), question).toEqual(from.get(question));
  }
  expect(to.get<LogsAnswer>('logs').lines).toEqual(from.get<LogsAnswer>('logs').lines);
  expect(to.get<MetricsAnswer>('metrics')).toEqual(from.get<MetricsAnswer>('metrics'));
  for (const name of ['jobs_total', 'depth', 'took_seconds']) {
    const { series, timesMs, heatMap } = to.get<MetricHistoryAnswer>(`metrics/history?name=${name}`);
    const before = from.get<MetricHistoryAnswer>(`metrics/history?name=${name}`);
    expect({ series, timesMs, heatMap }, name).toEqual({
      series: before.series,
      timesMs: before.timesMs,
      heatMap: before.heatMap,
    });
  }
  expect(to.broadcaster.published).toEqual([
    expect.objectContaining({ topic: 'events', type: 'Placed', payload: { a: 1 } }),
  ]);
});

test('what is kept already is not kept twice: a session that comes back to where it was exported', async () => {
  const from = filled();
  const before = answersOf(from);
  const counts = await importSession(chunksOf(from), from.store, from.broadcaster);
  expect(counts).toMatchObject({ spans: 0, logLines: 0, series: 0, repeated: 7 });
  expect(answersOf(from)).toEqual(before);
});

test('importing twice changes nothing, also of lines that were logged twice', async () => {
  const from = filled();
  for (let i = 0; i < 3; i++) from.log({ body: 'The same again.', atMs: 5 });
  const to = testStore();
  to.clock.advance(3000);
  await importSession(chunksOf(from), to.store, to.broadcaster);
  const before = answersOf(to);
  expect(to.get<LogsAnswer>('logs').lines).toHaveLength(4);
  const counts = await importSession(chunksOf(from), to.store, to.broadcaster);
  expect(counts).toMatchObject({ spans: 0, logLines: 0, series: 0 });
  expect(answersOf(to)).toEqual(before);
  await importSession(chunksOf(to), to.store, to.broadcaster); // what was imported, exported anew
  expect(answersOf(to)).toEqual(before);
});

test('importing twice does not count the series twice', async () => {
  const from = filled();
  const to = testStore();
  to.clock.advance(3000);
  for (let i = 0; i < 2; i++) await importSession(chunksOf(from), to.store, to.broadcaster);
  expect(to.get<MetricHistoryAnswer>('metrics/history?name=jobs_total').series[0]?.current).toBe(9);
});

test('the numbers of a process that sent here itself are not counted twice, and those of others are of another instance', async () => {
  const to = filled();
  to.span({ service: 'stock', instance: 'stock-2', id: 77 });
  await importSession(chunksOf(filled()), to.store, to.broadcaster);
  const byInstance = to.get<MetricHistoryAnswer>('metrics/history?name=jobs_total&by=service.instance.id').series;
  expect(byInstance.map(({ labels, current }) => [labels['service.instance.id'], current])).toEqual([['shop-1', 9]]);

  const other = testStore();
  other.span({ service: 'shop', instance: 'shop-2', id: 78 });
  await importSession(chunksOf(filled()), other.store, other.broadcaster);
  expect(other.get<ServicesAnswer>('services').services).toContainEqual(
    expect.objectContaining({ name: 'shop', instances: 2 }),
  );
  const { series } = other.get<MetricHistoryAnswer>('metrics/history?name=jobs_total&by=service.instance.id');
  expect(series.map(({ labels }) => labels['service.instance.id'])).toEqual(['shop-1 (imported)']);
});

test('the file is lines of JSON, in gzip members that can be read one by one', () => {
  const own = testStore();
  for (let i = 1; i <= 3000; i++) own.span({ trace: i, id: i, attributes: { text: 'x'.repeat(200) } });
  const chunks = [...exportSession(own.store, own.broadcaster, START_MS)];
  expect(chunks.length).toBeGreaterThan(2);
  const lines = gunzipSync(Buffer.concat(chunks)).toString().trimEnd().split('\n');
  expect(lines).toHaveLength(1 + 1 + 3000);
  expect(JSON.parse(lines[0] ?? '')).toEqual({ format: 'sightline-session', version: 1, exportedMs: START_MS });
  for (const chunk of chunks) expect(() => JSON.parse(gunzipSync(chunk).toString().split('\n')[0] ?? '')).not.toThrow();
});

test('the file that is offered has a name with its time', () => {
  const own = testStore();
  const { file } = createLiveSession(own.store, own.broadcaster, own.clock).export();
  expect(file).toMatchObject({
    name: 'sightline-session-2025-01-01T00-00-00.jsonl.gz',
    contentType: 'application/gzip',
  });
});

const header = '{"format":"sightline-session","version":1,"exportedMs":0}';
const source = '{"source":{"number":0,"resource":["service.name","a"]}}';

test.each([
  ['no gzip', Buffer.from('hello'), 'The session cannot be read'],
  ['nothing', Buffer.alloc(0), 'The session cannot be read'],
  ['a file without lines', gzipSync(''), 'The session is empty.'],
  ['half of a file', gzipSync(`${header}\n`.repeat(1000)).subarray(0, 40), 'The session cannot be read'],
  ['no JSON', gzipSync('hello\n'), 'Line 1 of the session is no JSON object, but "hello".'],
  ['another file', gzipSync('{"log":{}}\n'), 'The file is no session: its format is undefined'],
  [
    'a later version',
    gzipSync('{"format":"sightline-session","version":9}\n'),
    'The session is of version 9; this viewer reads version 1.',
  ],
  [
    'a span without a source',
    gzipSync(`${header}\n{"span":{}}\n`),
    '"startMs" in line 2 of the session must be a number, but is undefined.',
  ],
  [
    'a source that did not come',
    gzipSync(`${header}\n{"rows":{"source":5}}\n`),
    '"source" in line 2 of the session must be the number of a source that came before, but is 5.',
  ],
  [
    'rows that go back',
    gzipSync(`${header}\n${source}\n{"rows":{"source":0,"fine":[2,1],"coarse":[]}}\n`),
    '"fine" in line 3 of the session must be ascending times',
  ],
])('%s is refused', async (_, bytes, message) => {
  const own = testStore();
  const refused = importSession(oneChunk(bytes), own.store, own.broadcaster);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toBeInstanceOf(ApiError);
});

test('a line without an end is refused, and not collected', async () => {
  const own = testStore();
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield gzipSync(`${header}\n`);
    for (let i = 0; i < 20; i++) yield gzipSync(Buffer.alloc(1024 * 1024, 'x'));
  }
  await expect(importSession(endless(), own.store, own.broadcaster)).rejects.toThrow(
    'The session is too large. A line has more than 8388608 characters.',
  );
});

test('an upload that breaks off is refused', async () => {
  const own = testStore();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield gzipSync(`${header}\n`);
    throw new Error('The client went away.');
  }
  await expect(importSession(broken(), own.store, own.broadcaster)).rejects.toThrow('The client went away.');
});

test('lines of a later version are ignored and counted', async () => {
  const own = testStore();
  const bytes = gzipSync(`${header}\n{"profile":{}}\n{"note":"x"}\n{}\n`);
  expect(await importSession(oneChunk(bytes), own.store, own.broadcaster)).toMatchObject({ ignored: 3 });
});

test('whatever the lines are: refused or taken, never another error, and answers stay JSON', {
  timeout: 60_000,
}, async () => {
  const anything = fc.jsonValue();
  const member = fc.record({
    source: fc.oneof(fc.constant(0), anything),
    name: fc.oneof(fc.string(), anything),
    help: fc.oneof(fc.constant(''), anything),
    unit: anything,
    kind: fc.oneof(fc.constantFrom('counter', 'gauge', 'histogram', 'summary', 'info', 1, 2), anything),
    labels: fc.oneof(fc.dictionary(fc.string(), fc.string()), anything),
    startMs: fc.oneof(fc.double(), anything),
    sinceMs: fc.double(),
    lastMs: fc.oneof(fc.double(), anything),
    current: fc.oneof(fc.double(), fc.constant(null)),
    bounds: fc.oneof(fc.array(fc.double()), anything),
    scale: anything,
    counts: fc.record({ fine: fc.array(fc.double()), coarse: anything }),
    buckets: fc.oneof(
      fc.array(fc.tuple(fc.integer(), fc.record({ fine: fc.array(fc.double()), coarse: anything }))),
      anything,
    ),
    fine: fc.oneof(fc.array(fc.double()), anything),
    coarse: fc.oneof(fc.constant([1, 2]), anything),
    traceId: fc.oneof(fc.constant(traceId(1)), anything),
    spanId: fc.oneof(fc.constant(spanId(1)), anything),
    durationMs: fc.double(),
    attributes: fc.oneof(fc.array(anything), anything),
    events: fc.oneof(fc.constant([]), anything),
    links: fc.oneof(fc.constant([]), anything),
    leftOut: fc.nat(),
    status: fc.nat(2),
    scope: fc.string(),
    topic: fc.string(),
    type: fc.string(),
    level: fc.nat(6),
    logger: fc.string(),
    message: fc.string(),
    timeMs: fc.double(),
  });
  const line = fc.tuple(fc.constantFrom('span', 'log', 'message', 'rows', 'series', 'source', 'other'), member);
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
      const own = testStore();
      const text = [header, source, ...lines.map(([name, value]) => JSON.stringify({ [name]: value }))].join('\n');
      await importSession(oneChunk(gzipSync(text)), own.store, own.broadcaster).catch((error: unknown) => {
        expect(error).toBeInstanceOf(ApiError);
      });
      for (const question of ['overview', 'metrics', 'traces', 'logs', 'flow', 'runtime', 'services'])
        own.get(question);
      for (const { name, service } of own.get<MetricsAnswer>('metrics').metrics) {
        const query = new URLSearchParams({ name, service, last: '7d' });
        JSON.stringify(own.api.get('metrics/history', query));
      }
    }),
    { numRuns: rounds(2000) },
  );
});

/** All that is shown, but for the times of services, which are those of the last arrival. */
function answersOf({ get }: TestStore): unknown {
  const metrics = ['jobs_total', 'depth', 'took_seconds'].map((name) => {
    const { series, timesMs, heatMap } = get<MetricHistoryAnswer>(`metrics/history?name=${name}`);
    return { series, timesMs, heatMap };
  });
  const { services } = get<ServicesAnswer>('services');
  return {
    ...Object.fromEntries(['logs', 'messages', 'metrics', 'operations', 'flow'].map((path) => [path, get(path)])),
    traces: get<TracesAnswer>('traces').traces,
    services: services.map(({ name, instances, spans, logLines }) => ({ name, instances, spans, logLines })),
    histories: metrics,
  };
}

function filled(): TestStore {
  const own = ownMetrics();
  const counter = own.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  const gauge = own.metrics.gauge('depth', { help: 'Depth.', unit: 'jobs' });
  const histogram = own.metrics.histogram('took_seconds', { help: 'Time.', unit: 'seconds', buckets: [1, 2] });
  own.read();
  for (let i = 1; i <= 3; i++) {
    counter.inc({ queue: 'a' }, 3);
    gauge.set(i);
    histogram.observe(i / 2);
    own.read(1);
  }
  own.span({ id: 1, kind: 'producer', atMs: 100.25, attributes: { 'messaging.destination.name': 'orders', n: 1 } });
  own.span({
    ...{ service: 'stock', id: 2, parent: 1, kind: 'consumer', atMs: 120, isError: true },
    attributes: { 'messaging.destination.name': 'orders' },
    record: {
      statusMessage: 'No.',
      events: [
        { name: 'e', seconds: START_MS / 1000, nanos: 5e8, attributes: ['a', [1, 'x']], droppedAttributesCount: 2 },
      ],
      links: [
        {
          traceId: traceId(2),
          spanId: spanId(9),
          traceState: undefined,
          flags: 0,
          attributes: [],
          droppedAttributesCount: 0,
        },
      ],
    },
  });
  own.log({ body: 'It failed.', severityNumber: 17, attributes: ['order', 7], traceId: traceId(1), spanId: spanId(2) });
  own.broadcaster.publish('events', { type: 'Placed', payload: { a: 1 }, source: 'shop', timestampMs: START_MS });
  return own;
}

async function* chunksOf({ store, broadcaster }: TestStore): AsyncGenerator<Uint8Array> {
  yield* [...exportSession(store, broadcaster, START_MS)];
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
