import { expect, test } from 'vitest';
import type { DatabaseAnswer, ServicesAnswer, TraceAnswer, TracesAnswer } from '../../src/model/answers.js';
import { START_MS, spanId, testStore, traceId } from '../store/test-store.js';

const one = `traces/${traceId(1)}`;

test('moves the spans of a service whose clock is behind, all by as much', () => {
  const { span, get } = testStore();
  span({ service: 'shop', id: 1, atMs: 0, durationMs: 100 });
  span({ service: 'shop', id: 2, parent: 1, kind: 'client', atMs: 10, durationMs: 50 });
  span({ service: 'stock', id: 3, parent: 2, kind: 'server', atMs: -4990, durationMs: 40 });
  span({ service: 'stock', id: 4, parent: 3, atMs: -4985, durationMs: 10 });
  const { spans, durationMs } = get<TraceAnswer>(one);
  expect(spans.map(({ offsetMs, correctedMs }) => [offsetMs, correctedMs])).toEqual([
    [0, 0],
    [10, 0],
    [10, 5000],
    [15, 5000],
  ]);
  expect(spans[2]?.startMs).toBe(START_MS - 4990);
  expect(durationMs).toBe(100);
});

test('the clock of the next service is right after that of the one between was corrected', () => {
  const { span, get } = testStore();
  span({ service: 'a', id: 1, atMs: 0, durationMs: 100 });
  span({ service: 'b', id: 2, parent: 1, atMs: -1000, durationMs: 80 });
  span({ service: 'c', id: 3, parent: 2, atMs: -500, durationMs: 20 });
  const corrected = get<TraceAnswer>(one).spans.map(({ offsetMs }) => offsetMs);
  expect(corrected).toEqual([0, 0, 0]);
});

test('two services that call each other with wrong clocks are shown, whatever is right', () => {
  const { span, get } = testStore();
  for (let id = 1; id <= 20; id++) {
    span({ service: id % 2 === 0 ? 'a' : 'b', id, parent: id === 1 ? undefined : id - 1, atMs: -100 * id });
  }
  expect(get<TraceAnswer>(one).spans).toHaveLength(20);
});

test('moves the spans of a service whose clock is ahead, if they cannot be what was called', () => {
  const { span, get, clock } = testStore();
  clock.advance(7_200_000);
  span({ service: 'shop', id: 1, kind: 'client', atMs: 0, durationMs: 100 });
  span({ service: 'stock', id: 2, parent: 1, kind: 'server', atMs: 3_600_000, durationMs: 40 });
  span({ service: 'stock', id: 3, parent: 2, atMs: 3_600_010, durationMs: 10 });
  const { spans, durationMs } = get<TraceAnswer>(one);
  expect(spans.map(({ offsetMs }) => offsetMs)).toEqual([0, 60, 70]);
  expect(durationMs).toBe(100);
  const ahead = Object.fromEntries(get<ServicesAnswer>('services').services.map((row) => [row.name, row.clockAheadMs]));
  expect(ahead).toEqual({ shop: -3_599_940, stock: 3_599_940 });
});

test('what may begin late stays where it is: a message, and a call that waited for an overloaded server', () => {
  const { span, get } = testStore();
  span({ service: 'shop', id: 1, kind: 'producer', atMs: 0 });
  span({ service: 'mail', id: 2, parent: 1, kind: 'consumer', atMs: 3_600_000 });
  span({ service: 'shop', id: 3, parent: 1, kind: 'client', atMs: 10, durationMs: 100 });
  span({ service: 'stock', id: 4, parent: 3, kind: 'server', atMs: 30_000 });
  expect(get<TraceAnswer>(one).spans.map(({ correctedMs }) => correctedMs)).toEqual([0, 0, 0, 0]);
});

test('says by how much the clock of a service is ahead of or behind others', () => {
  const { span, get } = testStore();
  span({ service: 'shop', id: 1, atMs: 0 });
  span({ service: 'stock', id: 2, parent: 1, atMs: -300 });
  const ahead = Object.fromEntries(get<ServicesAnswer>('services').services.map((row) => [row.name, row.clockAheadMs]));
  expect(ahead).toEqual({ shop: 300, stock: -300 });
});

test('times to come show a clock that is ahead, until they do no more', () => {
  const { span, log, get } = testStore();
  const ahead = (): Record<string, number | null> =>
    Object.fromEntries(get<ServicesAnswer>('services').services.map((row) => [row.name, row.clockAheadMs]));
  span({ service: 'shop', id: 1, trace: 1, atMs: 3_600_000, durationMs: 10 });
  log({ service: 'mail', atMs: 60_000 });
  log({ service: 'stock', atMs: 500 });
  expect(ahead()).toEqual({ shop: 3_600_010, mail: 60_000, stock: null });
  for (let i = 0; i < 500; i++) log({ service: 'mail', atMs: -10 });
  expect(ahead()['mail']).toBeNull();
});

test('a parent that arrives after its children shows the clock as well', () => {
  const { span, get } = testStore();
  span({ service: 'stock', id: 2, parent: 1, atMs: -300 });
  span({ service: 'shop', id: 1, atMs: 0 });
  expect(get<ServicesAnswer>('services').services.map((row) => row.clockAheadMs)).toEqual([-300, 300]);
});

test('the critical path is what the trace waited for', () => {
  const { span, get } = testStore();
  span({ id: 1, name: 'root', atMs: 0, durationMs: 100 });
  span({ id: 2, parent: 1, name: 'short, beside the long one', atMs: 10, durationMs: 20 });
  span({ id: 3, parent: 1, name: 'long', atMs: 10, durationMs: 50 });
  span({ id: 4, parent: 3, name: 'in the long one', atMs: 20, durationMs: 30 });
  span({ id: 5, parent: 1, name: 'last', atMs: 65, durationMs: 30 });
  const critical = get<TraceAnswer>(one).spans.filter(({ isCritical }) => isCritical);
  expect(critical.map(({ name }) => name)).toEqual(['root', 'long', 'in the long one', 'last']);
});

test('the critical path goes on to what outlives the root', () => {
  const { span, get } = testStore();
  span({ id: 1, name: 'send', kind: 'producer', atMs: 0, durationMs: 5 });
  span({ id: 2, parent: 1, name: 'process', kind: 'consumer', atMs: 20, durationMs: 30 });
  expect(get<TraceAnswer>(one)).toMatchObject({ durationMs: 50 });
  expect(get<TraceAnswer>(one).spans.every(({ isCritical }) => isCritical)).toBe(true);
});

test('holds the log lines and messages of the trace', () => {
  const { span, log, broadcaster, get } = testStore();
  span({ id: 1 });
  log({ body: 'first', traceId: traceId(1), spanId: spanId(1) });
  log({ body: 'of another', traceId: traceId(2) });
  log({ body: 'second', traceId: traceId(1).toUpperCase() });
  broadcaster.publish('events', { type: 'Placed', traceId: traceId(1) });
  const { logLines, moreLogLines, messages } = get<TraceAnswer>(one);
  expect(logLines.map(({ message }) => message)).toEqual(['first', 'second']);
  expect(moreLogLines).toBe(0);
  expect(messages).toEqual(['boot:1']);
});

test('says why a trace is not kept', () => {
  const { span, get } = testStore({ maxSpans: 1 });
  expect(() => get(one)).toThrow(`No span of the trace ${traceId(1)} is kept. It may not have arrived yet.`);
  span({ trace: 1 });
  span({ trace: 2 });
  expect(() => get(one)).toThrow('1 older spans were overwritten by newer ones.');
  expect(() => get('traces/12')).toThrow('"12" is no trace id. It has 32 hexadecimal digits.');
});

test('filters traces by all that is asked for', () => {
  const { span, get, store, source } = testStore();
  span({ trace: 1, id: 1, service: 'shop', name: 'GET /orders', durationMs: 20 });
  span({ trace: 1, id: 2, parent: 1, service: 'stock', name: 'SELECT stock', attributes: { 'db.system': 'pg', n: 5 } });
  span({ trace: 2, id: 3, service: 'shop', name: 'GET /health', atMs: 100, durationMs: 5, isError: true });
  span({ trace: 3, id: 4, service: 'mail', name: 'send', atMs: 200, durationMs: 900 });
  store.intake.sampledOut(7, source('shop'));
  store.intake.sampledOut(1, source('mail'));
  const ids = (question: string): number[] =>
    get<TracesAnswer>(question).traces.map((row) => Number.parseInt(row.traceId, 16));
  expect(ids('traces')).toEqual([3, 2, 1]);
  expect(ids('traces?sort=slowest')).toEqual([3, 1, 2]);
  expect(ids('traces?sort=errors')[0]).toBe(2);
  expect(ids('traces?sort=spans')[0]).toBe(1);
  expect(ids('traces?service=stock')).toEqual([1]);
  expect(ids('traces?name=STOCK')).toEqual([1]);
  expect(ids('traces?minMs=10&maxMs=100')).toEqual([1]);
  expect(ids('traces?status=error')).toEqual([2]);
  expect(ids('traces?status=ok')).toEqual([3, 1]);
  expect(ids('traces?attribute=db.system')).toEqual([1]);
  expect(ids('traces?attribute=db.system%3Dpg&attribute=n%3D5')).toEqual([1]);
  expect(ids('traces?attribute=db.system%3Dpg&attribute=n%3D6')).toEqual([]);
  expect(get<TracesAnswer>('traces?limit=1&service=shop')).toMatchObject({ matching: 2, kept: 3, sampledOut: 7 });
});

test('the list has the durations of traces with their clocks corrected, as the trace itself has', () => {
  const { span, get } = testStore();
  for (const [trace, behindMs] of [
    [1, 3_600_000],
    [2, -3_600_000],
    [3, 0],
  ] as const) {
    const id = trace * 10;
    // The parent comes last, as it does.
    span({ service: 'stock', trace, id: id + 2, parent: id + 1, kind: 'server', atMs: 10 - behindMs, durationMs: 20 });
    span({ service: 'shop', trace, id: id + 1, name: 'buy', kind: 'client', atMs: 0, durationMs: 50 * trace });
  }
  const { traces } = get<TracesAnswer>('traces?last=2h&sort=slowest');
  expect(traces.map(({ name, durationMs }) => [name, durationMs])).toEqual([
    ['buy', 150],
    ['buy', 100],
    ['buy', 50],
  ]);
  for (const { traceId: id, startMs, durationMs } of traces) {
    expect(get<TraceAnswer>(`traces/${id}`)).toMatchObject({ startMs, durationMs });
  }
  expect(get<TracesAnswer>('traces?maxMs=60').matching).toBe(1);
});

test('finds the traces of a query by what `database` calls it', () => {
  const { span, get } = testStore();
  const summaries = (): string[] => get<DatabaseAnswer>('database').queries.map(({ summary }) => summary);
  span({ trace: 1, kind: 'client', attributes: { 'db.system.name': 'pg', 'db.query.summary': 'SELECT carts' } });
  span({
    trace: 2,
    kind: 'client',
    attributes: { 'db.system': 'pg', 'db.operation': 'SELECT', 'db.sql.table': 'orders' },
  });
  span({ trace: 3, kind: 'client', name: 'pg.query', attributes: { 'db.system': 'pg' } });
  span({ trace: 4, kind: 'internal', name: 'pg.query' });
  expect(summaries().sort()).toEqual(['SELECT carts', 'SELECT orders', 'pg.query']);
  const found = summaries().map((each) =>
    get<TracesAnswer>(`traces?attribute=${encodeURIComponent(`db.query.summary=${each}`)}`).traces.map(
      (row) => row.name,
    ),
  );
  expect(found.every((names) => names.length === 1)).toBe(true);
});

test('asks for the time that traces were in', () => {
  const { span, get, clock } = testStore();
  span({ trace: 1, atMs: 0 });
  clock.advance(120_000);
  span({ trace: 2, id: 2, atMs: 119_000 });
  expect(get<TracesAnswer>('traces?last=1m').traces).toHaveLength(1);
  expect(get<TracesAnswer>('traces?last=5m').traces).toHaveLength(2);
  expect(get<TracesAnswer>(`traces?last=1m&until=${START_MS + 1000}`).traces[0]?.traceId).toBe(traceId(1));
});
