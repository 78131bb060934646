import type { NestInterceptor, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { tap } from 'rxjs';
import { watchRoute } from './express-route.js';
import { addHooks } from './fastify.js';
import { type NodeServer, observeServer } from './instrument-server.js';
import { observedRequestOf } from './node-exchange.js';
import type { HttpObservability } from './observability.js';
import type { ServerOptions } from './server-options.js';
import { type ServerRequests, serverRequests } from './server-requests.js';

/** The members used of Nest's `HttpAdapterHost`. */
export interface HttpServerHost {
  readonly httpAdapter?: { getHttpServer(): unknown; getInstance(): unknown; getType(): string } | undefined;
}

/**
 * Observes the server below the framework, so that it also counts requests that reach no controller: bodies that cannot be parsed,
 * 404, answers of middleware.
 */
export class NestRequests implements OnModuleInit, OnModuleDestroy {
  readonly #host: HttpServerHost;
  readonly #requests: ServerRequests;
  #stop: () => void = () => {};

  constructor(host: HttpServerHost, obs: HttpObservability, options: ServerOptions) {
    this.#host = host;
    this.#requests = serverRequests(obs, options, 'SightlineModule');
  }

  onModuleInit(): void {
    // An application without HTTP (a worker, microservices) has no adapter.
    const { httpAdapter } = this.#host;
    const server = httpAdapter?.getHttpServer() as Partial<NodeServer> | undefined;
    if (httpAdapter === undefined || typeof server?.emit !== 'function') return;
    const isFastify = httpAdapter.getType() === 'fastify';
    if (isFastify) addHooks(httpAdapter.getInstance() as FastifyInstance, this.#requests);
    this.#stop = observeServer(server as NodeServer, this.#requests, (observed, request) => {
      if (isFastify) return;
      watchRoute(request, (route) => {
        observed.route = route;
      });
    });
  }

  onModuleDestroy(): void {
    this.#stop();
  }
}

/** Records errors of controllers, pipes and other interceptors, before filters answer them. */
export const noteFailures: NestInterceptor = {
  intercept(context, next) {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<{ readonly raw?: object }>();
    const observed = observedRequestOf(request.raw ?? request);
    if (observed === undefined || observed === null) return next.handle();
    return next.handle().pipe(tap({ error: (error: unknown) => observed.fail(error) }));
  },
};
