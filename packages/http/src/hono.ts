import type { Context, MiddlewareHandler } from 'hono';
import { forwarded } from './forwarded.js';
import { headerValues } from './header-values.js';
import { observeExchange } from './node-exchange.js';
import type { NodeRequest, NodeResponse } from './node-messages.js';
import type { HttpObservability } from './observability.js';
import type { ObservedRequest } from './observed-request.js';
import { quietly } from './quietly.js';
import type { ServerOptions } from './server-options.js';
import { type ServerRequests, serverRequests } from './server-requests.js';

export type { HttpObservability, Propagator } from './observability.js';
export type { RecordedHeaders } from './recorded-headers.js';
export type { ServerOptions } from './server-options.js';
export type { TrustProxy } from './trusted-proxies.js';

/**
 * Observes every request that reaches it: `app.use(honoMiddleware(obs))` before all other middleware. On `@hono/node-server` a request ends
 * when its response was sent or its connection closed; elsewhere (`app.request()` in tests) when the response is returned.
 */
export function honoMiddleware(obs: HttpObservability, options: ServerOptions<Context> = {}): MiddlewareHandler {
  const { ignore, routeOf, ...others } = options;
  const requests = serverRequests(obs, others, 'honoMiddleware()');
  return async function sightline(c, next) {
    const { incoming, outgoing } = (c.env ?? {}) as { incoming?: NodeRequest; outgoing?: NodeResponse };
    const isIgnored = (): boolean | undefined => ignore?.(c);
    const isOnNode = incoming !== undefined && outgoing !== undefined;
    const observed = isOnNode
      ? observeExchange(requests, incoming, outgoing, isIgnored)
      : observeFetch(requests, c, isIgnored);
    if (observed === undefined) return next();
    if (routeOf !== undefined) observed.routeAtEnd = () => routeOf(c);
    try {
      await observed.enter(async () => {
        observed.route = routeOfMatch(c, 0);
        await next();
        if (c.error !== undefined) observed.fail(c.error);
        observed.route = routeOfMatch(c, c.req.routeIndex);
      });
    } catch (error) {
      // Hono's handlers of errors take instances of Error only.
      observed.fail(error);
      if (!isOnNode) observed.end({ status: undefined, isAborted: false });
      throw error;
    }
    if (!isOnNode) endFetch(observed, c);
  };
}

/**
 * The first endpoint at or after `index` among the router's matches: the one that answered, or the next one if a middleware answered
 * or threw. Middleware is registered for all methods and takes `next`.
 */
function routeOfMatch(c: Context, index: number): string | undefined {
  return quietly(() => {
    const isEndpoint = ({ method, handler }: { method: string; handler: { length: number } }): boolean =>
      method !== 'ALL' || handler.length < 2;
    return c.req.matchedRoutes.slice(index).find(isEndpoint)?.path;
  }, undefined);
}

function observeFetch(
  requests: ServerRequests,
  c: Context,
  isIgnored: () => boolean | undefined,
): ObservedRequest | undefined {
  if (requests.ask('ignore', isIgnored) === true) return undefined;
  const url = new URL(c.req.url);
  const { trusts } = requests;
  const header = (name: string): string | undefined => c.req.header(name);
  const proxied = trusts === undefined ? undefined : quietly(() => forwarded(header, undefined, trusts), undefined);
  const facts = {
    method: c.req.method,
    scheme: proxied?.scheme ?? url.protocol.slice(0, -1),
    target: url.pathname + url.search,
    host: proxied?.host ?? url.host,
    protocolVersion: undefined,
    clientAddress: proxied?.clientAddress,
    userAgent: c.req.header('user-agent'),
  };
  return requests.begin(facts, c.req.raw.headers);
}

function endFetch(observed: ObservedRequest, c: Context): void {
  quietly(() => {
    for (const [name, value] of observed.responseHeaders()) if (!c.res.headers.has(name)) setHeader(c, name, value);
  }, undefined);
  observed.respond((name) => headerValues(c.res.headers, name));
  const length = c.res.headers.get('content-length');
  observed.end({
    status: c.res.status,
    isAborted: false,
    ...(length === null ? {} : { responseSize: Number(length) }),
  });
}

/** Hono's own `header` copies the response; only one with immutable headers (that of a `fetch`) needs a copy. */
function setHeader(c: Context, name: string, value: string): void {
  try {
    c.res.headers.set(name, value);
  } catch {
    c.header(name, value);
  }
}
