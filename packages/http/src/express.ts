import type { NextFunction, Request, Response } from 'express';
import { watchRoute } from './express-route.js';
import { observedRequestOf, observeExchange } from './node-exchange.js';
import type { HttpObservability } from './observability.js';
import type { ServerOptions } from './server-options.js';
import { serverRequests } from './server-requests.js';

export type { HttpObservability, Propagator } from './observability.js';
export type { RecordedHeaders } from './recorded-headers.js';
export type { ServerOptions } from './server-options.js';
export type { TrustProxy } from './trusted-proxies.js';

/** Middleware of Express 4 and 5, of an application or a router. */
export type ExpressMiddleware = (request: Request, response: Response, next: NextFunction) => void;
export type ExpressErrorMiddleware = (error: unknown, request: Request, response: Response, next: NextFunction) => void;

/**
 * Observes every request that reaches it: put it before all other middleware. Routes are read from the application's own routers,
 * patterns of mounts included, so `app.use('/api/:tenant', router)` gives `/api/:tenant/orders/:id`. Requests without a route, such
 * as static files and 404, are `unmatched`.
 */
export function expressMiddleware(obs: HttpObservability, options: ServerOptions<Request> = {}): ExpressMiddleware {
  const requests = serverRequests(obs, options, 'expressMiddleware()');
  return function sightline(request, response, next) {
    const observed = observeExchange(requests, request, response);
    if (observed === undefined) {
      next();
      return;
    }
    watchRoute(request, (route) => {
      observed.route = route;
    });
    observed.enter(next);
  };
}

/**
 * Records errors that routes and middleware throw or pass to `next(error)`: put it after the routes and before your own error
 * handler; every error goes on to that. Without it only the status shows a failed request.
 */
export function expressErrorMiddleware(): ExpressErrorMiddleware {
  return function sightlineErrors(error, request, _response, next) {
    const observed = observedRequestOf(request);
    if (observed === null || observed === undefined) {
      next(error);
      return;
    }
    observed.fail(error);
    observed.enter(() => next(error));
  };
}
