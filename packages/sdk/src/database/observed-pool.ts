import {
  type DatabaseTelemetry,
  type QueryObserver,
  type QueryObserverOptions,
  queryObserver,
} from './query-observer.js';

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
  // biome-ignore lint/suspicious/noExplicitAny: pg takes an error or a flag
  release(...args: any[]): void;
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
 * The pool's connections are in the gauge `repo.pool.connections` by `state`: `used`, `idle`, `waiting` (calls without one).
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
    // As pg does it, but in two steps, of which the first is waiting.
    return observer.observe({ sql }, async (times) => {
      const client = (await pool.connect()) as PgClient;
      times.connected();
      try {
        const result: unknown = await client.query(...args);
        client.release();
        return result;
      } catch (error) {
        client.release(error);
        throw error;
      }
    });
  }

  function connect(...args: unknown[]): unknown {
    if (args.length > 0) return pool.connect(...args);
    return (pool.connect() as Promise<PgClient>).then((client) => observedClient(client, observer));
  }

  return withMethods(pool, { query, connect });
}

/** A connected client, or one that was taken from elsewhere, whose queries are observed. */
export function observedClient<Client extends Pick<PgClient, 'query'>>(
  client: Client,
  observer: QueryObserver,
): Client {
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

/** The text of a query that answers by a promise. */
function textOf(args: readonly unknown[]): string | undefined {
  const [first] = args;
  if (typeof args.at(-1) === 'function') return undefined;
  if (typeof first === 'string') return first;
  if (typeof first !== 'object' || first === null || 'submit' in first || 'callback' in first) return undefined;
  const text: unknown = Reflect.get(first, 'text');
  return typeof text === 'string' ? text : undefined;
}

/** The object with some of its methods replaced; everything else goes through to it, `this` included. */
function withMethods<T extends object>(target: T, methods: Readonly<Record<string, unknown>>): T {
  return new Proxy(target, {
    get(object, name) {
      if (typeof name === 'string' && Object.hasOwn(methods, name)) return methods[name];
      const value: unknown = Reflect.get(object, name, object);
      return typeof value === 'function' ? value.bind(object) : value;
    },
    set: (object, name, value) => Reflect.set(object, name, value, object),
  });
}

function observeConnections({ metrics }: DatabaseTelemetry, pool: PgPool): void {
  if (typeof pool.totalCount !== 'number') return;
  metrics.gauge('repo.pool.connections', {
    help: 'Connections of the pool by state, and calls that wait for one.',
    labelNames: ['state'],
    collect(gauge) {
      const { totalCount = 0, idleCount = 0, waitingCount = 0 } = pool;
      gauge.set({ state: 'used' }, totalCount - idleCount);
      gauge.set({ state: 'idle' }, idleCount);
      gauge.set({ state: 'waiting' }, waitingCount);
    },
  });
}
