import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { createTestMetrics } from '@sightline/testing';
import { createTestSpans } from '@sightline/testing/spans';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres } from '../../../scripts/servers/postgres.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import type { ServerProcess } from '../../../scripts/servers/server-process.js';
import { bundledService, type ServiceBundle } from '../../../scripts/test/service-process.js';
import { observedPool, queryObserver } from '../src/index.js';

describe.skipIf(!requireServer('/usr/lib/postgresql'))('A real PostgreSQL', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  describe('that drops connections', () => {
    let bundle: ServiceBundle;
    beforeAll(async () => {
      bundle = await bundledService('pg-service', import.meta.url);
    });
    afterAll(() => bundle?.remove());

    const run = async (scenario: string, isObserved: boolean) => {
      const env = { DATABASE_URL: server.url, OBSERVED: String(isObserved) };
      const { code, signal, messages, stderr } = await bundle.start(scenario, env).ended();
      return { code, signal, messages, stderr: /^\w*Error: .*$/m.exec(stderr)?.[0] };
    };

    test.each([
      ['query, terminated', 0],
      ['query, cut', 0],
      ['query with values and name, cut', 0],
      ['query by callback, cut', 0],
      ['client, cut', 1],
      ['client with a listener, in a transaction, cut', 0],
      ['client with a query of its own kind, cut', 0],
      ['a pool that has ended', 0],
      ['nobody listens', 0],
    ])(
      '%s: the process sees and does the same with and without us, and ends with %i',
      async (scenario, code) => {
        const plain = await run(scenario, false);
        const observed = await run(scenario, true);
        expect(observed).toEqual(plain);
        expect(plain.code).toBe(code);
        expect(plain.messages.length + (plain.stderr ?? '').length).toBeGreaterThan(0);
      },
      30_000,
    );
  });

  test('the pool and its clients keep what they are: methods for chains, identity, own properties', async () => {
    const { pool, inner } = await setting();
    expect(pool.on('error', () => {})).toBe(pool);
    expect(pool.on).toBe(pool.on);
    expect(pool).toBeInstanceOf(pg.Pool);
    const running = pool.query('SELECT 1');
    expect(Object.hasOwn(inner, 'connect')).toBe(false);
    await running;
    expect(Reflect.get(pool, 'Promise').resolve).toBe(Promise.resolve);
    const client = await pool.connect();
    expect(client.on('notice', () => {})).toBe(client);
    client.release();
    await pool.end();
  });

  test('a query by which a service has replaced the pool’s own runs, too', async () => {
    class Counting extends pg.Pool {
      #queries = 0;
      // biome-ignore lint/suspicious/noExplicitAny: as pg overloads it
      override query(...args: any[]): any {
        this.#queries++;
        return (super.query as (...all: unknown[]) => unknown)(...args);
      }
      get queries(): number {
        return this.#queries;
      }
    }
    const metrics = createTestMetrics();
    const counting = new Counting({ connectionString: server.url });
    const pool = observedPool({ metrics, spans: createTestSpans().spans }, counting);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(pool.queries).toBe(1);
    expect(metrics.observations('repo.query.queue_time')).toHaveLength(1);
    await pool.end();
  });

  async function setting(max = 2) {
    const inner = new pg.Pool({ connectionString: server.url, max });
    const metrics = createTestMetrics();
    const spans = createTestSpans();
    const pool = observedPool({ metrics, spans: spans.spans }, inner, { namespace: 'postgres' });
    return { inner, metrics, spans, pool };
  }

  test('a query is a span with its table and its text without values, and three times', async () => {
    const { pool, metrics, spans } = await setting();
    await pool.query('CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY, note text)');
    await pool.query('INSERT INTO orders VALUES ($1, $2) ON CONFLICT DO NOTHING', [1, 'secret note']);
    const { rows } = await pool.query<{ id: number }>("SELECT id FROM orders WHERE note = 'secret note'");
    expect(rows).toEqual([{ id: 1 }]);
    const span = spans.named('SELECT orders');
    expect(span).toMatchObject({
      kind: 'client',
      attributes: {
        'db.system.name': 'postgresql',
        'db.namespace': 'postgres',
        'db.collection.name': 'orders',
        'db.query.text': 'SELECT id FROM orders WHERE note = ?',
      },
    });
    for (const part of ['total_time', 'queue_time', 'query_time']) {
      expect(metrics.observations(`repo.query.${part}`, { query_type: 'SELECT' })).toHaveLength(1);
    }
    await pool.end();
  });

  test('an error goes on to the caller, with its SQLSTATE on the span and in the counter', async () => {
    const { pool, metrics, spans } = await setting();
    await expect(pool.query('SELECT * FROM nowhere')).rejects.toMatchObject({ code: '42P01' });
    expect(spans.named('SELECT nowhere')).toMatchObject({
      status: 'error',
      attributes: { 'db.response.status_code': '42P01' },
    });
    expect(metrics.value('repo.query.errors', { query_type: 'SELECT', 'error.type': '42P01' })).toBe(1);
    await pool.end();
  });

  test('waiting for a connection is counted as such', async () => {
    const { pool, metrics } = await setting(1);
    await Promise.all([pool.query('SELECT pg_sleep(0.1)'), pool.query('SELECT pg_sleep(0.01)')]);
    const [first = 0, second = 0] = [...metrics.observations('repo.query.queue_time')].sort((a, b) => b - a);
    expect(first).toBeGreaterThan(50);
    expect(second).toBeLessThan(first);
    await pool.end();
  });

  test('a transaction on a client is observed query by query, and its pool is as before', async () => {
    const { pool, inner, metrics, spans } = await setting();
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query({ text: 'SELECT $1::int AS one', values: [1] });
    await client.query('ROLLBACK');
    await metrics.collect();
    expect(metrics.value('repo.pool.connections', { state: 'used' })).toBe(1);
    client.release();
    expect(spans.finished.map(({ name }) => name)).toEqual(['BEGIN', 'SELECT', 'ROLLBACK']);
    expect(inner.idleCount).toBe(1);
    await pool.end();
  });

  test('callbacks are passed on as they are', async () => {
    const { pool, spans } = await setting();
    const rows = await new Promise((resolve, reject) => {
      void pool.query('SELECT 1 AS one', (error: Error, result: pg.QueryResult) =>
        error ? reject(error) : resolve(result.rows),
      );
    });
    expect(rows).toEqual([{ one: 1 }]);
    expect(spans.finished).toEqual([]);
    await pool.end();
  });

  test('any other client is observed by wrapping its calls', async () => {
    const metrics = createTestMetrics();
    const spans = createTestSpans();
    const observer = queryObserver({ metrics, spans: spans.spans }, { system: 'mongodb' });
    const found = await observer.observe(
      { operation: 'find', collection: 'orders' },
      async ({ connected, answered }) => {
        connected();
        answered();
        return 3;
      },
    );
    expect(found).toBe(3);
    expect(spans.named('find orders').attributes['db.system.name']).toBe('mongodb');
    expect(metrics.observations('repo.query.decode_time', { query_type: 'find' })).toHaveLength(1);
  });

  test('OpenTelemetry’s instrumentation of pg makes spans of ours, too', async () => {
    const { startTracing } = await import('@sightline/tracing/sdk');
    const { InMemorySpanExporter } = await import('@opentelemetry/sdk-trace');
    const exporter = new InMemorySpanExporter();
    const instrumentation = new PgInstrumentation();
    const tracing = startTracing({ env: {}, exporter, instrumentations: [instrumentation], drainsAtExit: false });
    // Patched while it is loaded by `require`, as a CommonJS service does.
    const { createRequire } = await import('node:module');
    const require = createRequire(import.meta.url);
    for (const path of Object.keys(require.cache)) if (/[\\/]pg[\\/]lib[\\/]/.test(path)) delete require.cache[path];
    const patched = require('pg') as typeof pg;
    const pool = new patched.Pool({ connectionString: server.url });
    await tracing.spans.command('PlaceOrder', () => pool.query('SELECT 1'));
    await tracing.flush();
    const spans = exporter.getFinishedSpans();
    const command = spans.find(({ name }) => name === 'command PlaceOrder');
    const query = spans.find(({ name }) => name.startsWith('pg.query'));
    expect(query?.spanContext().traceId).toBe(command?.spanContext().traceId);
    await pool.end();
    await tracing.shutdown();
  });
});
