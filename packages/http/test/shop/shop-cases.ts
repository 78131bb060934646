import type { ShopName } from './shop.js';

/** What every framework must record for the same request. */
export interface ShopCase {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly expected: Expected;
  /** Where a framework itself behaves in another way. */
  readonly deviations?: { readonly [Name in ShopName]?: Partial<Expected> & { readonly reason: string } } | undefined;
}

export interface Expected {
  readonly status: number;
  readonly route: string;
  readonly errorType: string;
  /** Whether the span has an exception event. */
  readonly hasException: boolean;
  readonly level: 'info' | 'warn' | 'error';
  readonly body: string | undefined;
  /** Which parts of the shop ran, each in the context of the request. */
  readonly seen: readonly string[];
}

const ok = { status: 200, errorType: '', hasException: false, level: 'info', body: undefined } as const;
const failed = {
  status: 500,
  errorType: 'StockError',
  hasException: true,
  level: 'error',
  body: undefined,
} as const;

const outermost = 'on bare Node.js the code that answers a failure has called the observed handler';

const koaKnowsMethods = { status: 405, reason: 'allowedMethods() of @koa/router knows the methods of a path' };
const fastifyHasNoOptions = { status: 404, level: 'warn', reason: 'Fastify has no OPTIONS of its own' } as const;

export const shopCases: readonly ShopCase[] = [
  {
    name: 'a list, whose handler waits',
    method: 'GET',
    path: '/products?token=abc&page=2',
    expected: { ...ok, route: '/products', body: '["lamp","desk"]', seen: ['list', 'list, later'] },
  },
  {
    name: 'a parameter in the path',
    method: 'GET',
    path: '/products/lamp',
    expected: { ...ok, route: '/products/:id', body: '{"id":"lamp"}', seen: ['product'] },
  },
  {
    name: 'a product that is not there, answered by its route',
    method: 'GET',
    path: '/products/none',
    expected: { ...ok, status: 404, level: 'warn', route: '/products/:id', seen: ['product'] },
  },
  {
    name: 'a body that is read by events',
    method: 'POST',
    path: '/orders',
    body: 'x'.repeat(5000),
    expected: { ...ok, status: 201, route: '/orders', body: '{"bytes":5000}', seen: ['end of body', 'order'] },
  },
  {
    name: 'a streamed response',
    method: 'GET',
    path: '/orders/17/invoice',
    expected: { ...ok, route: '/orders/:id/invoice', body: 'one two', seen: ['list', 'list, later'] },
  },
  {
    name: 'a handler that throws',
    method: 'GET',
    path: '/fail',
    expected: { ...failed, route: '/fail', seen: ['failNow', 'error handler'] },
    deviations: { node: { seen: ['failNow'], reason: outermost }, http2: { seen: ['failNow'], reason: outermost } },
  },
  {
    name: 'a handler whose promise rejects',
    method: 'GET',
    path: '/fail-later',
    expected: { ...failed, route: '/fail-later', seen: ['failLater', 'error handler'] },
    deviations: { node: { seen: ['failLater'], reason: outermost }, http2: { seen: ['failLater'], reason: outermost } },
  },
  {
    name: 'a router mounted under a pattern',
    method: 'GET',
    path: '/api/acme/users/ann',
    expected: { ...ok, route: '/api/:tenant/users/:user', body: '{"tenant":"acme","user":"ann"}', seen: ['user'] },
  },
  {
    name: 'HEAD, answered by a GET route',
    method: 'HEAD',
    path: '/products/lamp',
    expected: { ...ok, route: '/products/:id', body: '', seen: ['product'] },
  },
  {
    name: 'an unknown path',
    method: 'GET',
    path: '/wp-admin/setup.php',
    expected: { ...ok, status: 404, level: 'warn', route: 'unmatched', seen: [] },
  },
  {
    name: 'a method that its path does not have',
    method: 'DELETE',
    path: '/orders',
    expected: { ...ok, status: 404, level: 'warn', route: 'unmatched', seen: [] },
    deviations: { 'koa 2': koaKnowsMethods, 'koa 3': koaKnowsMethods },
  },
  {
    name: 'OPTIONS',
    method: 'OPTIONS',
    path: '/products',
    expected: { ...ok, route: 'unmatched', seen: [] },
    deviations: {
      node: {
        status: 204,
        route: '/products',
        reason: 'the shop answers OPTIONS by itself, for a route that it knows',
      },
      http2: { status: 204, route: '/products', reason: 'as node' },
      'fastify 4': fastifyHasNoOptions,
      'fastify 5': fastifyHasNoOptions,
      hono: { status: 404, level: 'warn', reason: 'Hono has no OPTIONS of its own' },
      nest: { status: 404, level: 'warn', reason: 'Nest answers what no controller takes' },
    },
  },
];
