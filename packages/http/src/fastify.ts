import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify';
import { observedRequestOf, observeExchange } from './node-exchange.js';
import type { HttpObservability } from './observability.js';
import type { ServerOptions } from './server-options.js';
import { serverRequests } from './server-requests.js';

export type { HttpObservability, Propagator } from './observability.js';
export type { RecordedHeaders } from './recorded-headers.js';
export type { ServerOptions } from './server-options.js';
export type { TrustProxy } from './trusted-proxies.js';

/**
 * A plugin for `await app.register(fastifyPlugin(obs))`, before the routes: it applies to the instance that it is registered with and
 * all nested ones. Routes are known when a request begins. Only `instrumentServer(obs, app.server)`, which may be used together with
 * it, sees requests that Fastify answers before any hook (a path that it cannot decode).
 */
export function fastifyPlugin(
  obs: HttpObservability,
  options: ServerOptions<FastifyRequest> = {},
): FastifyPluginCallback {
  const { ignore, routeOf, ...others } = options;
  const requests = serverRequests(obs, others, 'fastifyPlugin()');
  const plugin: FastifyPluginCallback = (app, _options, done) => {
    addHooks(app, requests, { ignore, routeOf });
    done();
  };
  // As fastify-plugin does: the hooks belong to the instance itself instead of a new scope.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@sightline/http',
  });
}

type Callbacks = Pick<ServerOptions<FastifyRequest>, 'ignore' | 'routeOf'>;

/** @param app may be of another copy of Fastify, such as that of NestJS */
export function addHooks(
  app: Pick<FastifyInstance, 'addHook'>,
  requests: ReturnType<typeof serverRequests>,
  { ignore, routeOf }: Callbacks = {},
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const observed = observeExchange(requests, request.raw, reply.raw, () => ignore?.(request));
    if (observed === undefined) {
      done();
      return;
    }
    observed.route = request.routeOptions.url;
    if (routeOf !== undefined) observed.routeAtEnd = () => routeOf(request);
    observed.enter(done);
  });
  app.addHook('onError', (request, _reply, error, done) => {
    observedRequestOf(request.raw)?.fail(error);
    done();
  });
}
