import type { Middleware, ParameterizedContext } from 'koa';
import { observeExchange } from './node-exchange.js';
import type { HttpObservability } from './observability.js';
import type { ObservedRequest } from './observed-request.js';
import { quietly } from './quietly.js';
import { replaceMethod } from './replace-method.js';
import type { ServerOptions } from './server-options.js';
import { serverRequests } from './server-requests.js';

export type { HttpObservability, Propagator } from './observability.js';
export type { RecordedHeaders } from './recorded-headers.js';
export type { ServerOptions } from './server-options.js';
export type { TrustProxy } from './trusted-proxies.js';

/**
 * Observes every request that reaches it: put it before all other middleware. The route is that of `@koa/router`, prefixes of nested
 * routers included.
 */
export function koaMiddleware(obs: HttpObservability, options: ServerOptions<ParameterizedContext> = {}): Middleware {
  const { ignore, routeOf, ...others } = options;
  const requests = serverRequests(obs, others, 'koaMiddleware()');
  return function sightline(ctx, next) {
    const observed = observeExchange(requests, ctx.req, ctx.res, () => ignore?.(ctx));
    if (observed === undefined) return next();
    watchRoute(ctx, observed);
    answerErrorsWithin(ctx, observed);
    if (routeOf !== undefined) observed.routeAtEnd = () => routeOf(ctx);
    return observed.enter(async () => {
      try {
        await next();
      } catch (error) {
        observed.fail(error);
        throw error;
      }
    });
  };
}

/** The router sets `_matchedRoute` when it has matched: from then on spans and lines have it. */
function watchRoute(ctx: object, observed: ObservedRequest): void {
  let matched: unknown;
  quietly(
    () =>
      Object.defineProperty(ctx, '_matchedRoute', {
        configurable: true,
        enumerable: true,
        get: () => matched,
        set(assigned: unknown) {
          matched = assigned;
          if (typeof assigned === 'string' || assigned instanceof RegExp) observed.route = String(assigned);
        },
      }),
    undefined,
  );
}

/**
 * Runs Koa's error handler in the request's context: Koa calls it after all middleware. Only this handler gets errors of body streams.
 */
function answerErrorsWithin(ctx: ParameterizedContext, observed: ObservedRequest): void {
  const { onerror } = ctx;
  replaceMethod(ctx, 'onerror', function onErrorWithin(error: Error): void {
    // Koa calls it without an error after a successful response.
    if (error === null || error === undefined) return;
    observed.fail(error);
    observed.enter(() => onerror.call(ctx, error));
  });
}
