import { createEvents, recordEvents } from '@sightline/events';
import { createTestMetrics } from '@sightline/testing';
import { createTestSpans } from '@sightline/testing/spans';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { databaseMetricsOf, observedPool, queryObserver } from '../src/index.js';
import { rememberedDescriptions } from '../src/remembered-descriptions.js';

test('a query that comes again is described once', () => {
  const describe = rememberedDescriptions('postgresql');
  expect(describe('SELECT 1')).toBe(describe('SELECT 1'));
});

test.each([
  ['an error that cannot be read', hostileError()],
  ['no error at all', undefined],
  ['an object without a prototype', Object.create(null)],
])('%s is the caller’s as it was thrown, and counted', async (_, thrown) => {
  const metrics = createTestMetrics();
  const spans = createTestSpans();
  const observer = queryObserver({ metrics, spans: spans.spans }, { system: 'mongodb' });
  const got = await observer
    .observe({ sql: 'SELECT 1' }, () => Promise.reject(thrown))
    .then(
      () => 'fulfilled',
      (error: unknown) => Object.is(error, thrown),
    );
  expect(got).toBe(true);
  expect(metrics.value('repo.query.errors', {})).toBe(1);
  spans.assertNoOpenSpans();
});

test('a query that is no string (callers without types) runs', () => {
  const observer = queryObserver({ metrics: createTestMetrics(), spans: createTestSpans().spans }, { system: 'mysql' });
  for (const sql of [null, 7, { text: 'SELECT 1' }, Symbol('sql')]) {
    expect(observer.observe({ sql: sql as never }, () => 'ran')).toBe('ran');
  }
});

test('a pool is asked as it would be without us, also by what cannot be read', () => {
  const given: unknown[] = [];
  const pool = { query: (...args: unknown[]) => void given.push(...args), connect: () => Promise.resolve({}) };
  const observed = observedPool({ metrics: createTestMetrics(), spans: createTestSpans().spans }, pool);
  const config = hostileError();
  observed.query(config);
  observed.query();
  expect(given).toHaveLength(1);
  expect(Object.is(given[0], config)).toBe(true);
});

function hostileError(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test('connections of several pools are counted together, those of a pool that is observed twice once', async () => {
  const metrics = createTestMetrics();
  const telemetry = { metrics, spans: createTestSpans().spans };
  const pool = (totalCount: number, idleCount: number) => ({
    totalCount,
    idleCount,
    waitingCount: 1,
    query: async () => ({}),
    connect: async () => ({}),
  });
  const primary = observedPool(telemetry, pool(5, 2));
  observedPool(telemetry, primary);
  const replica = pool(3, 3);
  observedPool(telemetry, replica);
  await metrics.collect();
  expect(metrics.value('repo.pool.connections', { state: 'used' })).toBe(3);
  expect(metrics.value('repo.pool.connections', { state: 'idle' })).toBe(5);
  expect(metrics.value('repo.pool.connections', { state: 'waiting' })).toBe(2);
  expect([primary.totalCount, replica.totalCount]).toEqual([5, 3]);
});

describe('slow queries', () => {
  const collected = () => {
    const lines: Array<readonly [object, string]> = [];
    const log = {
      info: () => {},
      error: () => {},
      warn: (fields: object, message: string) => void lines.push([fields, message]),
    };
    return { lines, log };
  };

  test('are logged with summary and duration, failed ones too, and without values', async () => {
    const { lines, log } = collected();
    const telemetry = { metrics: createTestMetrics(), spans: createTestSpans().spans, logger: log };
    const queries = queryObserver(telemetry, { system: 'postgresql', slowQueryMs: 20 });
    let nowMs = 0; // a real clock would find a query slow that the machine has interrupted
    const now = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    onTestFinished(() => now.mockRestore());
    const slow = async (): Promise<void> => {
      nowMs += 25;
    };
    await queries.observe({ sql: "SELECT * FROM orders WHERE name = 'secret'" }, slow);
    await queries.observe({ operation: 'find', collection: 'orders' }, slow);
    await queries.observe({ sql: 'SELECT 1' }, async () => {});
    await expect(
      queries.observe({ sql: 'DELETE FROM orders' }, () => slow().then(() => Promise.reject(new Error('no')))),
    ).rejects.toThrow();
    expect(lines.map(([, message]) => message.replace(/\d+ ms/, 'n ms'))).toEqual([
      'Slow query: SELECT orders took n ms',
      'Slow query: find orders took n ms',
      'Slow query: DELETE orders took n ms',
    ]);
    expect(lines[0]?.[0]).toEqual({ query: 'SELECT orders', db_system: 'postgresql', duration_ms: expect.any(Number) });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('do not flood the log when all are slow, and may be turned off', () => {
    const { lines, log } = collected();
    const telemetry = { metrics: createTestMetrics(), spans: createTestSpans().spans, logger: log };
    const queries = queryObserver(telemetry, { system: 'mysql', slowQueryMs: 0 });
    for (let i = 0; i < 50; i++) queries.observe({ sql: 'SELECT 1' }, () => {});
    expect(lines).toHaveLength(10);
    const silent = collected();
    queryObserver(
      { ...telemetry, metrics: createTestMetrics(), logger: silent.log },
      { system: 'mysql', slowQueryMs: false },
    ).observe({ sql: 'SELECT 1' }, () => {});
    expect(silent.lines).toEqual([]);
    expect(() =>
      queryObserver({ ...telemetry, metrics: createTestMetrics() }, { system: 'x', slowQueryMs: -1 }),
    ).toThrow('slowQueryMs is -1');
  });
});

test.each<[object, string]>([
  [{}, 'system is undefined: give a string that is not empty.'],
  [{ system: 'mysql', slowQuery: 5 }, 'queryObserver has an unknown option "slowQuery". Did you mean "slowQueryMs"?'],
  [{ system: 'mysql', slowQueryMs: '5' }, 'slowQueryMs is "5": give false or a number of at least 0.'],
  [{ system: 'mysql', serverPort: 'x' }, 'serverPort is "x": give a whole number from 0 to 65535.'],
])('%j is refused', (options, message) => {
  const telemetry = { metrics: createTestMetrics(), spans: createTestSpans().spans };
  expect(() => queryObserver(telemetry, options as never)).toThrow(`[database] ${message}`);
});

test('times are in seconds if the catalogue of the service is', () => {
  const metrics = createTestMetrics();
  const options = { system: 'postgresql', usesBaseUnits: true } as const;
  recordEvents(createEvents(), metrics, databaseMetricsOf(options));
  queryObserver({ metrics, spans: createTestSpans().spans }, options).observe({ sql: 'SELECT 1' }, () => {
    const startMs = performance.now();
    while (performance.now() - startMs < 2);
  });
  const [seconds = 0] = metrics.observations('repo.query.total_time');
  expect(seconds).toBeGreaterThanOrEqual(0.002);
  expect(seconds).toBeLessThan(2); // the same in milliseconds is at least 2
});
