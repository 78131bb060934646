import type { MetricsCollector } from '@sightline/core';
import {
  type DatabaseTelemetry,
  type QueryObserver,
  type QueryObserverOptions,
  queryObserver,
} from './query-observer.js';
import { withMethods } from './with-methods.js';

/** The members used of `pg.Pool`. */
export interface PgPool {
  // biome-ignore lint/suspicious/noExplicitAny: pg overloads it for strings, configurations, submittables and callbacks
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
 * Returns a `pg.Pool` with observed queries: use it instead of the pool, which does not change. Queries of clients from `connect()`
 * are observed, too. Queries with a callback and submittables (cursors, streams) are passed on without a span. There is no
 * `decode_time`, because pg decodes rows while they arrive.
 *
 * The gauge `repo.pool.connections` counts the connections of all pools with the same metrics by `state`: `used`, `idle`, and
 * `waiting` (calls that wait for one).
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

/** Returns a connected client with observed queries. */
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
 * Calls the pool's own `query`, so that its behaviour does not change: dropped connections, listeners, errors on release. `query`
 * synchronously checks out a client by `connect(callback)`; that call is intercepted to learn the time of the connection. The
 * pool is left unchanged.
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
  // A frozen pool cannot be intercepted.
  if (!Reflect.defineProperty(pool, 'connect', { value: seen, writable: true, configurable: true })) {
    return pool.query(...args);
  }
  try {
    return pool.query(...args);
  } finally {
    restore();
  }
}

/** The SQL of a query that returns a promise. */
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
    return undefined; // unreadable arguments are left to the pool
  }
}

/** The pools of one collector, counted together: a service may have one for writing and one for reading, or one for each tenant. */
const poolsOf = new WeakMap<MetricsCollector, Set<WeakRef<PgPool>>>();
/** The results of `observedPool`, with their pools. */
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
