import type { IncomingMessage, ServerResponse } from 'node:http';
import { callThen } from '@sightline/base';
import { observeExchange } from './node-exchange.js';
import type { NodeRequest, NodeResponse } from './node-messages.js';
import type { HttpObservability } from './observability.js';
import type { ObservedRequest } from './observed-request.js';
import type { ServerOptions } from './server-options.js';
import { serverRequests } from './server-requests.js';

/** A handler of `node:http`, or of the compatibility API of `node:http2`. */
export type NodeHandler<Request, Response> = (request: Request, response: Response) => unknown;

/**
 * Wraps a handler for `createServer`: each request has a span, metrics, a context and, if there is a logger, a line. The route is the
 * result of `routeOf`, or `unmatched` without it. Errors and rejections of the handler are recorded and go on as before.
 */
export function instrumentHandler<
  Request extends NodeRequest = IncomingMessage,
  Response extends NodeResponse = ServerResponse,
>(
  obs: HttpObservability,
  handler: NodeHandler<Request, Response>,
  options: ServerOptions<Request> = {},
): NodeHandler<Request, Response> {
  const requests = serverRequests(obs, options, 'instrumentHandler()');
  // Further arguments are passed on, such as the `next` of a middleware.
  return function instrumented(this: unknown, request, response, ...others: []) {
    const observed = observeExchange(requests, request, response);
    if (observed === undefined) return handler.call(this, request, response, ...others);
    return observed.enter(() => noteFailure(observed, () => handler.call(this, request, response, ...others)));
  };
}

/** Returns the result of `handle`; records a failure, which stays a failure, also in a promise that no caller awaits. */
export function noteFailure<T>(observed: ObservedRequest, handle: () => T): T {
  return callThen(handle, (failure) => {
    if (failure !== undefined) observed.fail(failure.error);
  });
}
