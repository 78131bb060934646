import type { Context, Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify';
import type { ActiveServerSpan } from './active-server-span.js';
import { observedRequestOf, observeExchange } from './node-exchange.js';
import type { HttpObservability } from './observability.js';
import { quietly } from './quietly.js';
import { OwnRpcMetadata, rpcMetadata } from './rpc-metadata.js';
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
    const observed = observeExchange(
      requests,
      request.raw,
      reply.raw,
      () => ignore?.(request),
      quietly(() => spanOfFastifyOtel(request), undefined),
    );
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

/**
 * The span of `@fastify/otel`, if that has started one before us: without a server span around it, it is the server span. It says so to
 * hooks by a decorator of the request, and to no other library.
 */
function spanOfFastifyOtel(request: object): ActiveServerSpan | undefined {
  const { opentelemetry } = request as { opentelemetry?: () => { span?: Span | null; context?: Context | null } };
  if (typeof opentelemetry !== 'function') return undefined;
  const { span, context } = opentelemetry.call(request);
  if (span === undefined || span === null || context === undefined || context === null) return undefined;
  // With metadata, it is a span within the server span of another instrumentation.
  return rpcMetadata(context) === undefined ? { rpc: new OwnRpcMetadata(span), context } : undefined;
}
