import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { noteFailure } from './instrument-handler.js';
import { observeExchange } from './node-exchange.js';
import type { NodeRequest, NodeResponse } from './node-messages.js';
import type { HttpObservability } from './observability.js';
import type { ObservedRequest } from './observed-request.js';
import { replaceMethod } from './replace-method.js';
import type { ServerOptions } from './server-options.js';
import { serverRequests } from './server-requests.js';

/** A server of `node:http`, `node:https` or `node:http2` (compatibility API). */
export interface NodeServer {
  emit(event: string | symbol, ...args: never[]): boolean;
}

/**
 * Observes every request of this server, also those that a framework answers before any of its middleware runs. If the framework's
 * adapter is used, too, it adds the route to the same request. Ignores upgrades (WebSocket) and requests that are no HTTP. Returns a
 * function that stops observing.
 */
export function instrumentServer(
  obs: HttpObservability,
  server: NodeServer,
  options: ServerOptions<IncomingMessage> = {},
): () => void {
  return observeServer(server, serverRequestsOf(obs, options));
}

/** @param onBegin is called for every request that is observed, before its handler. */
export function observeServer(
  server: NodeServer,
  requests: ReturnType<typeof serverRequests>,
  onBegin: (observed: ObservedRequest, request: NodeRequest) => void = () => {},
): () => void {
  const { emit } = server;
  const hadOwn = Object.hasOwn(server, 'emit');
  const observe = (goOn: () => boolean, request: NodeRequest, response: NodeResponse): boolean => {
    const observed = observeExchange(requests, request, response);
    if (observed === undefined) return goOn();
    onBegin(observed, request);
    return observed.enter(() => noteFailure(observed, goOn));
  };
  const observing = function (this: NodeServer, event: string | symbol, ...args: unknown[]): boolean {
    const goOn = (): boolean => Reflect.apply(emit, this, [event, ...args]);
    if (!requestEvents.has(event)) return goOn();
    const [request, response] = args as [NodeRequest, NodeResponse];
    if (emit === EventEmitter.prototype.emit) return observe(goOn, request, response);
    return within(emit, this, [event, ...args], observe);
  } as NodeServer['emit'];
  replaceMethod(server, 'emit', observing);
  return () => {
    // Only if no other code has wrapped it since.
    if (server.emit !== observing) return;
    if (hadOwn) server.emit = emit;
    else Reflect.deleteProperty(server, 'emit');
  };
}

/**
 * Emits an event by an `emit` that other code has wrapped, and calls `innermost` where the listeners would be called: an instrumentation
 * such as `@opentelemetry/instrumentation-http` starts its server span in there, which is then the span of the request. For that, the
 * wrapped `emit` gets an emitter that inherits all from the server but its listeners.
 */
function within(
  emit: NodeServer['emit'],
  server: NodeServer,
  args: readonly unknown[],
  innermost: (goOn: () => boolean, request: NodeRequest, response: NodeResponse) => boolean,
): boolean {
  const [event] = args as [string | symbol];
  const inner = Object.create(server) as EventEmitter;
  EventEmitter.call(inner);
  let result = false;
  inner.on(event, (...given: [NodeRequest, NodeResponse]) => {
    result = innermost(() => Reflect.apply(EventEmitter.prototype.emit, server, [event, ...given]), ...given);
  });
  Reflect.apply(emit, inner, args);
  return result;
}

function serverRequestsOf(
  obs: HttpObservability,
  options: ServerOptions<IncomingMessage>,
): ReturnType<typeof serverRequests> {
  return serverRequests(obs, options, 'instrumentServer()');
}

// A server with a listener for `Expect: 100-continue`, or for other expectations, emits these instead of `request`.
const requestEvents: ReadonlySet<string | symbol> = new Set(['request', 'checkContinue', 'checkExpectation']);
