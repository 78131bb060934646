import type { MetricsCollector } from '@sightline/core';
import {
  type DatabaseTelemetry,
  type QueryObserver,
  type QueryObserverOptions,
  queryObserver,
} from './query-observer.js';
import { withMethods } from './with-methods.js';

/** What `pg.Pool` has, as far as it is used here. */
export interface PgPool {
  // biome-ignore lint/suspicious/noExplicitAny: pg overloads it for texts, configurations, submittables and callbacks
  query(...args: any[]): any;
  // biome-ignore lint/suspicious/noExplicitAny: with or without a callback
  connect(...args: any[]): any;
  readonly totalCount?: number;
  readonly idleCount?: number;
  readonly waitingCount?: number;
}

interface PgClient {
  // biome-ignore lint/suspicious/noExplicitAny: as for the pool
  query(...args: any[]): any;
}

export interface ObservedPoolOptions extends Omit<QueryObserverOptions, 'system'> {
  /** Default `postgresql`. */
  system?: string | undefined;
}

/**
 * A `pg.Pool` whose queries are observed: use it in place of the pool, which stays as it is. Queries of clients from `connect()` are
 * observed, too. Those with a callback and submittables (cursors, streams) are passed on as they are, in no span. `decode_time` is not known,
 * since pg turns rows into values while they arrive.
 *
 * The connections of all pools that are observed with the same metrics are in the gauge `repo.pool.connections` by `state`: `used`, `idle`,
 * `waiting` (calls without one).
 */
export function observedPool<Pool extends PgPool>(
  telemetry: DatabaseTelemetry,
  pool: Pool,
  { system = 'postgresql', ...options }: ObservedPoolOptions = {},
): Pool {
  const observer = queryObserver(telemetry, { system, ...options });
  observeConnections(telemetry, pool);

  function query(...args: unknown[]): unknown {
    const sql = textOf(args);
    if (sql === undefined) return pool.query(...args);
    return observer.observe({ sql }, (times) => queryBy(pool, args, times.connected));
  }

  function connect(...args: unknown[]): unknown {
    if (args.length > 0) return pool.connect(...args);
    return (pool.connect() as Promise<PgClient>).then((client) => observedClient(client, observer));
  }

  const proxy = withMethods(pool, { query, connect });
  observed.set(proxy, observed.get(pool) ?? pool);
  return proxy;
}

/** A connected client, or one that was taken from elsewhere, whose queries are observed. */
export function observedClient<Client extends PgClient>(client: Client, observer: QueryObserver): Client {
  return withMethods(client, {
    query(...args: unknown[]): unknown {
      const sql = textOf(args);
      if (sql === undefined) return client.query(...args);
      return observer.observe({ sql }, (times) => {
        times.connected();
        return client.query(...args);
      });
    },
  });
}

/**
 * The pool's own `query`, so that everything else is as without us: what happens to a connection that drops, its listeners, what it is
 * released with. It checks out a client by `connect(callback)` at once, which is seen here to learn when there is one; nothing stays on the pool.
 */
function queryBy(pool: PgPool, args: readonly unknown[], connected: () => void): unknown {
  const own = Object.getOwnPropertyDescriptor(pool, 'connect');
  const { connect } = pool;
  const restore = (): void => {
    if (own === undefined) Reflect.deleteProperty(pool, 'connect');
    else Object.defineProperty(pool, 'connect', own);
  };
  const seen = function (this: unknown, ...given: unknown[]): unknown {
    restore();
    const [callback] = given;
    if (typeof callback !== 'function') return Reflect.apply(connect, this, given);
    const called = function (this: unknown, ...got: unknown[]): unknown {
      if (got[0] === undefined || got[0] === null) connected();
      return Reflect.apply(callback, this, got);
    };
    return Reflect.apply(connect, this, [called, ...given.slice(1)]);
  };
  // A frozen pool is not watched.
  if (!Reflect.defineProperty(pool, 'connect', { value: seen, writable: true, configurable: true })) {
    return pool.query(...args);
  }
  try {
    return pool.query(...args);
  } finally {
    restore();
  }
}

/** The text of a query that answers by a promise. */
function textOf(args: readonly unknown[]): string | undefined {
  const [first] = args;
  if (typeof args.at(-1) === 'function') return undefined;
  if (typeof first === 'string') return first;
  if (typeof first !== 'object' || first === null) return undefined;
  try {
    if ('submit' in first || 'callback' in first) return undefined;
    const text: unknown = Reflect.get(first, 'text');
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined; // what cannot be read is left to the pool
  }
}

/** Those of one collector, by which they are counted together: a service has one for writing and one for reading, or one for each tenant. */
const poolsOf = new WeakMap<MetricsCollector, Set<WeakRef<PgPool>>>();
/** What `observedPool` returned, and of which pool. */
const observed = new WeakMap<object, PgPool>();

function observeConnections({ metrics }: DatabaseTelemetry, given: PgPool): void {
  const pool = observed.get(given) ?? given;
  if (typeof pool.totalCount !== 'number') return;
  const known = poolsOf.get(metrics);
  const pools = known ?? new Set();
  if ([...pools].some((each) => each.deref() === pool)) return;
  pools.add(new WeakRef(pool));
  if (known !== undefined) return;
  poolsOf.set(metrics, pools);
  metrics.gauge('repo.pool.connections', {
    help: 'Connections of all pools by state, and calls that wait for one.',
    labelNames: ['state'],
    collect(gauge) {
      const sums = { used: 0, idle: 0, waiting: 0 };
      for (const each of pools) {
        const { totalCount = 0, idleCount = 0, waitingCount = 0 } = each.deref() ?? {};
        sums.used += totalCount - idleCount;
        sums.idle += idleCount;
        sums.waiting += waitingCount;
        if (each.deref() === undefined) pools.delete(each);
      }
      for (const [state, sum] of Object.entries(sums)) gauge.set({ state }, sum);
    },
  });
}
