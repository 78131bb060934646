import type { IncomingHttpHeaders } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { observedRequestKey } from '@sightline/base';
import type { ActiveServerSpan } from './active-server-span.js';
import { type Forwarded, forwarded } from './forwarded.js';
import type { NodeRequest, NodeResponse } from './node-messages.js';
import type { ObservedRequest } from './observed-request.js';
import { prepareForProperties } from './prepare-for-properties.js';
import { quietly } from './quietly.js';
import { replaceMethod } from './replace-method.js';
import type { RequestFacts } from './request-facts.js';
import { countBody } from './response-body.js';
import { addHeaders } from './response-headers.js';
import type { ServerOptions } from './server-options.js';
import type { ServerRequests } from './server-requests.js';
import { onSocketClosed } from './socket-end.js';
import type { Trusts } from './trusted-proxies.js';

/**
 * Returns the observed request for a request of Node.js: that of an outer adapter, or a new one, which ends with the events of the
 * response. `undefined` if the request is ignored.
 */
export function observeExchange(
  requests: ServerRequests,
  request: NodeRequest,
  response: NodeResponse,
  isIgnored: () => boolean | undefined = () => ignores(requests.options, request),
  foreign?: ActiveServerSpan | undefined,
): ObservedRequest | undefined {
  const known = observedRequestOf(request);
  if (known !== null) return known;
  const ignored = requests.ask('ignore', isIgnored) === true;
  const observed = ignored ? undefined : requests.begin(factsOf(request, requests), request.headers, foreign);
  quietly(() => prepareForProperties(request), undefined);
  // Also for an ignored request, so that no inner adapter observes it.
  Object.defineProperty(request, observedRequestKey, { value: observed, configurable: true });
  if (observed === undefined) return undefined;
  quietly(() => watch(request, response, observed, requests.options), undefined);
  return observed;
}

/** `undefined` if the request is ignored, `null` if no adapter has seen it. */
export function observedRequestOf(request: object): ObservedRequest | undefined | null {
  const marked = request as { [observedRequestKey]?: ObservedRequest | undefined };
  return observedRequestKey in marked ? marked[observedRequestKey] : null;
}

function ignores({ ignore }: ServerOptions<never>, request: NodeRequest): boolean | undefined {
  return ignore?.(request as never);
}

function watch(
  request: NodeRequest,
  response: NodeResponse,
  observed: ObservedRequest,
  options: ServerOptions<never>,
): void {
  prepareForProperties(response);
  const sent = countBody(response);
  const { routeOf } = options;
  if (routeOf !== undefined) observed.routeAtEnd = () => routeOf(request as never);
  /** -1: nothing. */
  let received = -1;
  const end = (isAborted: boolean): void => {
    stopWatchingSocket();
    observed.end({
      status: response.headersSent ? response.statusCode : undefined,
      isAborted,
      requestSize: requestSize(request, received),
      responseSize: sent.bytes,
    });
  };
  const { emit: emitOfRequest } = request;
  replaceMethod(request as NodeJS.EventEmitter, 'emit', function emit(this: NodeRequest, event, chunk): boolean {
    if (event === 'data') received = Math.max(0, received) + ((chunk as { length?: number } | null)?.length ?? 0);
    // biome-ignore lint/complexity/noArguments: a rest parameter would cost every event an array
    return emitWithin(observed, this, emitOfRequest, arguments);
  });
  const { emit: emitOfResponse } = response;
  replaceMethod(response as NodeJS.EventEmitter, 'emit', function emit(this: NodeResponse, event): boolean {
    if (event === 'finish') end(!isComplete(response, true));
    else if (event === 'close') end(!isComplete(response, response.writableFinished));
    // biome-ignore lint/complexity/noArguments: a rest parameter would cost every event an array
    return emitWithin(observed, this, emitOfResponse, arguments);
  });
  const stopWatchingSocket = onSocketClosed(request, () => end(!isComplete(response, response.writableFinished)));
  // Last: a response that takes no headers must end, too.
  addHeaders(response, observed);
}

/** HTTP/2 emits `finish` for every ended stream, also for one that was reset: its reset code distinguishes them. */
function isComplete(response: NodeResponse, isOver: boolean): boolean {
  return 'stream' in response ? response.writableEnded && response.stream?.rstCode === 0 : isOver;
}

/**
 * Makes listeners run in the context of the request. Otherwise they run in the context of the parser, which belongs to the
 * connection, so that a body read by events would lose its request. Within the request the listeners keep the context of the call,
 * values of other libraries included.
 */
function emitWithin(
  observed: ObservedRequest,
  emitter: NodeRequest | NodeResponse,
  emit: (...args: never[]) => boolean,
  args: IArguments,
): boolean {
  if (emitter.listenerCount(args[0]) === 0 || observed.isCurrent) return Reflect.apply(emit, emitter, args);
  return observed.apply(emit, emitter, args);
}

function requestSize({ headers }: NodeRequest, received: number): number | undefined {
  const length = headers['content-length'];
  if (length === undefined) return received === -1 ? undefined : received;
  const bytes = Number(length);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

function factsOf(request: NodeRequest, { trusts }: ServerRequests): RequestFacts {
  const { headers, httpVersion } = request;
  const socket = quietly(() => request.socket, undefined);
  const peer = socket?.remoteAddress;
  const proxied = trusts === undefined ? undefined : quietly(() => forwardedOf(headers, peer, trusts), undefined);
  const isEncrypted = (socket as TLSSocket | undefined)?.encrypted === true;
  return {
    method: request.method ?? '',
    scheme: proxied?.scheme ?? (isEncrypted ? 'https' : 'http'),
    target: (request as { originalUrl?: string }).originalUrl ?? request.url ?? '',
    host: proxied?.host ?? firstOf(headers[':authority'] ?? headers.host),
    protocolVersion: httpVersion === '2.0' ? '2' : httpVersion,
    clientAddress: proxied === undefined ? peer : proxied.clientAddress,
    userAgent: headers['user-agent'],
  };
}

function forwardedOf(headers: IncomingHttpHeaders, peer: string | undefined, trusts: Trusts): Forwarded {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'object' ? value.join(',') : value;
  };
  return forwarded(header, peer, trusts);
}

function firstOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'object' ? header[0] : header;
}
