import { setImmediate as later } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { currentContext } from '@sightline/context';
import type { HttpObservability } from '../../src/index.js';
import type { ServerOptions } from '../../src/server-options.js';

/** The same small service on every framework. */
export interface Shop {
  readonly name: ShopName;
  /** Listens on a free port of the loopback interface. */
  start(obs: HttpObservability, work: ShopWork, options?: ShopOptions): Promise<RunningShop>;
}

export type ShopOptions = Pick<ServerOptions, 'ignore' | 'recordedRequestHeaders' | 'recordedResponseHeaders'>;

export type ShopName =
  | 'node'
  | 'http2'
  | 'express 4'
  | 'express 5'
  | 'fastify 4'
  | 'fastify 5'
  | 'koa 2'
  | 'koa 3'
  | 'hono'
  | 'nest';

export interface RunningShop {
  readonly url: string;
  close(): Promise<void>;
}

/** The work of the handlers, in every framework. */
export interface ShopWork {
  list(): Promise<readonly string[]>;
  product(id: string): Promise<{ readonly id: string } | undefined>;
  order(bytes: number): Promise<{ readonly bytes: number }>;
  user(tenant: string, user: string): { readonly tenant: string; readonly user: string };
  failNow(): never;
  failLater(): Promise<never>;
  /** Called in every phase of a request; must find the request's context. */
  seen(where: string): void;
  /** Settles when the test says so. */
  readonly hang: () => Promise<void>;
}

export class StockError extends Error {
  override readonly name = 'StockError';
}

export interface Sighting {
  readonly where: string;
  readonly requestId: string | undefined;
  readonly traceId: string | undefined;
}

export function shopWork(sightings: Sighting[], hang: () => Promise<void> = () => new Promise(() => {})): ShopWork {
  const seen = (where: string): void => {
    sightings.push({
      where,
      requestId: currentContext()?.request_id,
      traceId: trace.getActiveSpan()?.spanContext().traceId,
    });
  };
  return {
    seen,
    hang() {
      seen('hang');
      return hang();
    },
    async list() {
      seen('list');
      await later();
      seen('list, later');
      return ['lamp', 'desk'];
    },
    async product(id) {
      await later();
      seen('product');
      return id === 'none' ? undefined : { id };
    },
    async order(bytes) {
      await later();
      seen('order');
      return { bytes };
    },
    user(tenant, user) {
      seen('user');
      return { tenant, user };
    },
    failNow() {
      seen('failNow');
      throw new StockError('out of lamps');
    },
    async failLater() {
      await later();
      seen('failLater');
      throw new StockError('out of desks');
    },
  };
}
