import { expect, test } from 'vitest';
import type { DatabaseAnswer, FlowAnswer, OperationsAnswer } from '../../src/model/answers.js';
import { testStore, traceId } from '../store/test-store.js';

const edges = ({ edges: given }: FlowAnswer): string[] =>
  given.map(({ from, to, count }) => `${from} -> ${to} ${count}`).sort();

test('what goes through a broker leads to its topic and on from there', () => {
  const { span, get } = testStore();
  span({ id: 1, service: 'shop', kind: 'producer', attributes: { 'messaging.destination.name': 'orders' } });
  const received = { kind: 'consumer', parent: 1, isError: true } as const;
  span({
    id: 2,
    service: 'stock',
    ...received,
    attributes: { 'messaging.destination.name': 'orders', 'messaging.operation.type': 'process' },
  });
  span({
    id: 3,
    service: 'stock',
    ...received,
    attributes: { 'messaging.destination.name': 'orders', 'messaging.operation.type': 'receive' },
  });
  const answer = get<FlowAnswer>('flow');
  expect(edges(answer)).toEqual(['service:shop -> topic:orders 1', 'topic:orders -> service:stock 1']);
  expect(answer.edges[1]).toMatchObject({ errors: 1, traceId: traceId(1) });
  expect(answer.serviceEdges?.map(({ from, via, to, count }) => [from, via, to, count])).toEqual([
    ['service:shop', 'orders', 'service:stock', 1],
  ]);
  expect(answer.nodes.map(({ id, kind }) => [id, kind])).toEqual([
    ['service:shop', 'service'],
    ['service:stock', 'service'],
    ['topic:orders', 'topic'],
  ]);
});

test.each([
  ['the called service first', [2, 1]],
  ['the calling service first', [1, 2]],
] as const)('a call leads to the service that sent the span of it, not to its address: %s', (_, order) => {
  const { span, get, clock } = testStore();
  const spans = {
    1: { id: 1, service: 'shop', kind: 'client', attributes: { 'server.address': 'stock', 'server.port': 8080 } },
    2: { id: 2, parent: 1, service: 'stock', kind: 'server' },
  } as const;
  for (const id of order) span(spans[id]);
  clock.advance(15_000);
  expect(edges(get('flow'))).toEqual(['service:shop -> service:stock 1']);
  expect(get<FlowAnswer>('flow').nodes.map(({ id }) => id)).not.toContain('peer:stock:8080');
});

test('a service that does not answer any more still has its edge: its address is known', () => {
  const { span, get, clock } = testStore();
  const call = { service: 'shop', kind: 'client', attributes: { 'server.address': 'stock' } } as const;
  span({ id: 1, ...call });
  span({ id: 2, parent: 1, service: 'stock', kind: 'server' });
  span({ id: 3, trace: 2, ...call, isError: true });
  clock.advance(15_000);
  expect(get<FlowAnswer>('flow').edges).toEqual([
    expect.objectContaining({ from: 'service:shop', to: 'service:stock', count: 2, errors: 1 }),
  ]);
});

test('addresses, databases and peers that send nothing are nodes of their own', () => {
  const { span, get } = testStore();
  const call = { service: 'shop', kind: 'client' } as const;
  span({ ...call, attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'shop' } });
  span({ ...call, attributes: { 'db.system': 'redis', 'net.peer.name': 'cache' } });
  span({ ...call, attributes: { 'server.address': 'api.example.com', 'server.port': 443 } });
  span({ ...call, attributes: { 'peer.service': 'mailer', 'server.address': '10.0.0.1' } });
  span({ ...call, attributes: { 'http.url': 'https://user:pass@old.example.com:8443/x?token=1' } });
  expect(edges(get('flow'))).toEqual([
    'service:shop -> database:postgresql shop 1',
    'service:shop -> database:redis cache 1',
    'service:shop -> peer:api.example.com:443 1',
    'service:shop -> peer:mailer 1',
    'service:shop -> peer:old.example.com:8443 1',
  ]);
});

test('rates of a service are of what it handled: server, consumer and root spans', () => {
  const { span, get, clock } = testStore();
  clock.advance(10_000);
  span({ id: 1, kind: 'server', atMs: 9000, isError: true });
  span({ id: 2, parent: 1, kind: 'internal', atMs: 9000 });
  span({ id: 3, parent: 1, kind: 'consumer', atMs: 9000 });
  span({ id: 4, kind: 'internal', atMs: 9000 });
  expect(get<FlowAnswer>('flow').nodes).toEqual([
    expect.objectContaining({ id: 'service:shop', perSecond: 0.3, errorShare: 1 / 3 }),
  ]);
});

test('operations stay right when their spans are overwritten', () => {
  const { span, get, clock, store } = testStore({ maxSpans: 5 });
  clock.advance(100_000);
  for (let i = 1; i <= 100; i++)
    span({ trace: i, name: 'a', kind: 'server', atMs: i * 900, durationMs: i, isError: i > 90 });
  for (let i = 1; i <= 10; i++) span({ trace: i, name: 'b', atMs: 90_000 + i, durationMs: 1000 });
  expect(store.spans.size).toBe(5);
  const { operations } = get<OperationsAnswer>('operations');
  expect(operations.map(({ name, count, errors, maxMs }) => [name, count, errors, maxMs])).toEqual([
    ['b', 10, 0, 1000],
    ['a', 100, 10, 100],
  ]);
  const a = operations[1];
  expect(a?.perSecond).toBeCloseTo(1, 2);
  expect(a?.meanMs).toBe(50.5);
  expect(a?.p50Ms).toBeGreaterThan(50 * 0.955);
  expect(a?.p50Ms).toBeLessThan(50 * 1.045);
  expect(a?.p95Ms).toBeGreaterThan(95 * 0.955);
  expect(a?.spark).toHaveLength(40);
  expect(a?.spark.reduce((sum, count) => sum + count, 0)).toBeCloseTo(100);
  expect(get<OperationsAnswer>('operations?sort=errors').operations[0]?.name).toBe('a');
});

test('counts of an hour ago are gone, those of half an hour ago are not', () => {
  const { span, get, clock } = testStore();
  span({ name: 'old', atMs: 0 });
  clock.advance(30 * 60_000);
  span({ trace: 2, name: 'new', atMs: 30 * 60_000 - 1000 });
  expect(
    get<OperationsAnswer>('operations?last=1h')
      .operations.map(({ name }) => name)
      .sort(),
  ).toEqual(['new', 'old']);
  expect(get<OperationsAnswer>('operations?last=5m').operations.map(({ name }) => name)).toEqual(['new']);
});

test('operations beyond the maximum are counted together', () => {
  const { span, get, store } = testStore({ maxOperations: 3 });
  for (let i = 1; i <= 10; i++) span({ trace: i, name: `id-${i}` });
  const { operations } = get<OperationsAnswer>('operations');
  expect(operations.map(({ name, count }) => `${name} ${count}`).sort()).toEqual([
    'id-1 1',
    'id-2 1',
    'id-3 1',
    'other 7',
  ]);
  expect(store.statistics.operations.refused).toBe(7);
});

test('queries by summary, and the slowest of them', () => {
  const { span, get } = testStore();
  const query = (atMs: number, durationMs: number, attributes: object, isError = false): void =>
    span({ trace: 1 + atMs, kind: 'client', name: 'q', atMs, durationMs, isError, attributes: { ...attributes } });
  query(1, 5, {
    'db.system.name': 'postgresql',
    'db.query.summary': 'SELECT orders',
    'db.query.text': 'SELECT * FROM orders WHERE id = ?',
  });
  query(2, 50, { 'db.system.name': 'postgresql', 'db.query.summary': 'SELECT orders' }, true);
  query(3, 1, { 'db.system': 'redis', 'db.operation': 'GET' });
  query(4, 500, { 'http.url': 'http://a/' });
  const { queries, slow } = get<DatabaseAnswer>('database');
  expect(queries.map(({ system, summary, count, errors }) => [system, summary, count, errors])).toEqual([
    ['postgresql', 'SELECT orders', 2, 1],
    ['redis', 'GET', 1, 0],
  ]);
  expect(slow.map(({ summary, text, durationMs, isError }) => [summary, text, durationMs, isError])).toEqual([
    ['SELECT orders', null, 50, true],
    ['SELECT orders', 'SELECT * FROM orders WHERE id = ?', 5, false],
    ['GET', null, 1, false],
  ]);
});
