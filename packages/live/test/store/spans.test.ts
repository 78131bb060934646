import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import type { TraceAnswer, TracesAnswer } from '../../src/model/answers.js';
import { START_MS, spanId, spanRecord, testStore, traceId } from './test-store.js';

test('keeps a span with what its sender said', () => {
  const { span, get } = testStore();
  span({
    id: 7,
    name: 'GET /orders',
    kind: 'server',
    atMs: 5,
    durationMs: 12.5,
    isError: true,
    attributes: { 'http.route': '/orders', 'http.response.status_code': 500, ok: false, tags: ['a', 'b'] },
    record: {
      statusMessage: 'It failed.',
      droppedAttributesCount: 2,
      events: [
        { name: 'exception', seconds: START_MS / 1000, nanos: 7e6, attributes: ['a', 1], droppedAttributesCount: 1 },
      ],
      links: [
        {
          traceId: traceId(9),
          spanId: spanId(9),
          traceState: undefined,
          flags: 0,
          attributes: [],
          droppedAttributesCount: 0,
        },
      ],
    },
  });
  const [row] = get<TraceAnswer>(`traces/${traceId(1)}`).spans;
  expect(row).toMatchObject({
    spanId: spanId(7),
    parentSpanId: null,
    service: 'shop',
    name: 'GET /orders',
    kind: 'server',
    startMs: START_MS + 5,
    offsetMs: 0,
    durationMs: 12.5,
    status: 'error',
    statusMessage: 'It failed.',
    attributes: { 'http.route': '/orders', 'http.response.status_code': 500, ok: false, tags: ['a', 'b'] },
    events: [{ name: 'exception', offsetMs: 2, attributes: { a: 1 } }],
    links: [{ traceId: traceId(9), spanId: spanId(9), isKept: false }],
    leftOut: 3,
  });
});

test('keeps a span once that a sender sends twice, and counts the repetition', () => {
  const { span, store, get } = testStore();
  for (let i = 0; i < 3; i++) span({ id: 1 });
  span({ id: 1, trace: 2 });
  expect(store.spans.size).toBe(2);
  expect(store.spans.repeated).toBe(2);
  expect(get<TracesAnswer>('traces').kept).toBe(2);
});

test('takes ids in upper case, and refuses what is no id', () => {
  const { store, source } = testStore();
  const take = (record: object): void => store.intake.span({ ...spanRecord({}), ...record }, { name: '' }, source('a'));
  take({ traceId: 'ABCDEF0123456789ABCDEF0123456789' });
  expect([...store.spans.traces.keys()]).toEqual(['abcdef0123456789abcdef0123456789']);
  for (const id of ['', '0'.repeat(32), 'x'.repeat(32), '1'.repeat(31), `${'1'.repeat(31)}\n`]) take({ traceId: id });
  for (const id of ['', '0'.repeat(16), 'g'.repeat(16)]) take({ spanId: id });
  expect(store.spans.invalid).toBe(8);
  expect(store.spans.size).toBe(1);
});

test('overwrites the oldest spans, and counts them', () => {
  const { span, store, get } = testStore({ maxSpans: 10 });
  for (let i = 1; i <= 25; i++) span({ trace: Math.ceil(i / 5), id: i });
  expect(store.spans.size).toBe(10);
  expect(store.spans.overwritten).toBe(15);
  expect([...store.spans.traces.keys()]).toEqual([traceId(4), traceId(5)]);
  expect(get<TracesAnswer>('traces')).toMatchObject({ kept: 2, spansKept: 10, spansOverwritten: 15 });
});

test('a trace of 20 000 spans is answered whole, and forgotten span by span', { timeout: 60_000 }, () => {
  const { span, store, get } = testStore({ maxSpans: 20_000 });
  for (let i = 1; i <= 20_000; i++) span({ id: i, parent: i === 1 ? undefined : 1 + (i % 300), atMs: i / 100 });
  const { spans, moreSpans } = get<TraceAnswer>(`traces/${traceId(1)}`);
  expect(spans).toHaveLength(20_000);
  expect(moreSpans).toBe(0);
  expect(spans.filter(({ depth }) => depth === 0)).toHaveLength(1);
  const bytes = store.spans.bytes;
  for (let i = 1; i <= 20_000; i++) span({ trace: 2, id: i });
  expect([...store.spans.traces.keys()]).toEqual([traceId(2)]);
  expect(store.spans.bytes).toBeLessThan(bytes * 1.1);
});

test('says that the root is missing until it arrives', () => {
  const { span, get } = testStore();
  span({ id: 2, parent: 1, name: 'child', atMs: 3 });
  expect(get<TracesAnswer>('traces').traces[0]).toMatchObject({ name: 'child', isRootMissing: true });
  expect(get<TraceAnswer>(`traces/${traceId(1)}`).spans[0]).toMatchObject({ isParentMissing: true, depth: 0 });
  span({ id: 1, name: 'root', durationMs: 50 });
  expect(get<TracesAnswer>('traces').traces[0]).toMatchObject({ name: 'root', isRootMissing: false, spans: 2 });
  expect(get<TraceAnswer>(`traces/${traceId(1)}`).spans.map(({ name, depth }) => [name, depth])).toEqual([
    ['root', 0],
    ['child', 1],
  ]);
});

test.each([
  ['its own parent', [[1, 1]]],
  [
    'a cycle of two',
    [
      [1, 2],
      [2, 1],
    ],
  ],
  [
    'a cycle below a root',
    [
      [1, undefined],
      [2, 3],
      [3, 4],
      [4, 2],
    ],
  ],
] as const)('shows each span once of %s', (_, pairs) => {
  const { span, get } = testStore();
  for (const [id, parent] of pairs) span({ id, parent, atMs: id });
  const { spans } = get<TraceAnswer>(`traces/${traceId(1)}`);
  expect(spans.map((row) => row.spanId).sort()).toEqual(pairs.map(([id]) => spanId(id)));
  expect(spans[0]?.depth).toBe(0);
});

test('takes spans without an end, without a start, and with an end before the start', () => {
  const { span, get } = testStore();
  span({ id: 1, record: { endSeconds: 0, endNanos: 0 } });
  span({ id: 2, record: { startSeconds: 0, startNanos: 0 } });
  span({ id: 3, durationMs: -500 });
  span({ id: 4, record: { startSeconds: 0, startNanos: 0, endSeconds: 0, endNanos: 0 } });
  const { spans, durationMs } = get<TraceAnswer>(`traces/${traceId(1)}`);
  expect(spans.map((row) => row.durationMs)).toEqual([0, 0, 0, 0]);
  expect(durationMs).toBeLessThanOrEqual(10);
});

test('any name is a name', () => {
  const { span, get } = testStore();
  const attributes = Object.fromEntries([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  span({ service: '__proto__', name: '__proto__', attributes });
  const answer = JSON.parse(JSON.stringify(get(`traces/${traceId(1)}`))) as TraceAnswer;
  expect(Object.entries(answer.spans[0]?.attributes ?? {})).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  expect(get<TracesAnswer>('traces?service=__proto__').matching).toBe(1);
  expect(get<TracesAnswer>('traces?attribute=__proto__%3Dx').matching).toBe(1);
  expect(get<TracesAnswer>('traces?attribute=toString').matching).toBe(0);
});

test('what is left out of a huge span is counted, and the span stays in bounds', () => {
  const { span, store, get } = testStore();
  const attributes = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`a${i}`, 'x'.repeat(20_000)]));
  span({ attributes });
  const [row] = get<TraceAnswer>(`traces/${traceId(1)}`).spans;
  expect(String(row?.attributes['a0'])).toHaveLength(4096);
  expect(row?.leftOut).toBeGreaterThan(170);
  expect(store.spans.leftOut).toBe(row?.leftOut);
  expect(store.spans.bytes).toBeLessThan(200_000);
});

test('whatever spans come in which order: kept, counted and forgotten add up, and each kept one is shown once', () => {
  const given = fc.array(
    fc.record({
      trace: fc.integer({ min: 1, max: 4 }),
      id: fc.integer({ min: 1, max: 30 }),
      parent: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      atMs: fc.integer({ min: -1000, max: 1000 }),
      durationMs: fc.integer({ min: 0, max: 500 }),
      service: fc.constantFrom('a', 'b', 'c'),
    }),
    { maxLength: 120 },
  );
  fc.assert(
    fc.property(given, fc.integer({ min: 1, max: 50 }), (spans, maxSpans) => {
      const { span, store, get } = testStore({ maxSpans });
      for (const each of spans) span(each);
      expect(store.spans.size + store.spans.overwritten + store.spans.repeated).toBe(spans.length);
      expect(store.spans.size).toBeLessThanOrEqual(maxSpans);
      const shown = [...store.spans.traces.keys()].flatMap((id) => get<TraceAnswer>(`traces/${id}`).spans);
      expect(shown).toHaveLength(store.spans.size);
      for (const { offsetMs } of shown) expect(offsetMs).toBeGreaterThanOrEqual(0);
      while (store.spans.dropOldest());
      expect(store.spans.bytes).toBe(0);
      expect(store.spans.traces.size).toBe(0);
    }),
    { numRuns: rounds(2000) },
  );
});
