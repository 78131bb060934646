import type { TLSSocket } from 'node:tls';
import { currentContext } from '@sightline/context';
import { forwarded } from './forwarded.js';
import type { NodeRequest, NodeResponse } from './node-messages.js';
import type { ObservedRequest } from './observed-request.js';
import { quietly } from './quietly.js';
import { replaceMethod } from './replace-method.js';
import type { RequestFacts } from './request-facts.js';
import { type BodyCount, countBody } from './response-body.js';
import { addHeaders } from './response-headers.js';
import type { ServerOptions } from './server-options.js';
import type { ServerRequests } from './server-requests.js';
import { onSocketClosed } from './socket-end.js';

/**
 * Returns the observed request for a request of Node.js: that of an outer adapter, or a new one, which ends with the events of the
 * response. `undefined` if the request is ignored.
 */
export function observeExchange(
  requests: ServerRequests,
  request: NodeRequest,
  response: NodeResponse,
  isIgnored: () => boolean | undefined = () => ignores(requests.options, request),
): ObservedRequest | undefined {
  const known = observedRequestOf(request);
  if (known !== null) return known;
  const ignored = requests.ask('ignore', isIgnored) === true;
  const observed = ignored ? undefined : requests.begin(factsOf(request, requests), request.headers);
  // Also for an ignored request, so that no inner adapter observes it.
  Object.defineProperty(request, key, { value: observed, configurable: true });
  if (observed === undefined) return undefined;
  quietly(() => watch(request, response, observed, requests.options), undefined);
  return observed;
}

/** `undefined` if the request is ignored, `null` if no adapter has seen it. */
export function observedRequestOf(request: object): ObservedRequest | undefined | null {
  const marked = request as { [key]?: ObservedRequest | undefined };
  return key in marked ? marked[key] : null;
}

// A process may load this package as ESM and as CommonJS.
const key = Symbol.for('sightline.http.request.v1');

function ignores({ ignore }: ServerOptions<never>, request: NodeRequest): boolean | undefined {
  return ignore?.(request as never);
}

function watch(
  request: NodeRequest,
  response: NodeResponse,
  observed: ObservedRequest,
  options: ServerOptions<never>,
): void {
  const sent = countBody(response);
  const { routeOf } = options;
  if (routeOf !== undefined) observed.routeAtEnd = () => routeOf(request as never);
  const end = (isAborted: boolean): void => {
    stopWatchingSocket();
    observed.end({
      status: response.headersSent ? response.statusCode : undefined,
      isAborted,
      requestSize: requestSize(request, received),
      responseSize: sent.bytes,
    });
  };
  const received = { bytes: -1 };
  emitWithin(request, observed, (event, chunk) => {
    if (event === 'data')
      received.bytes = Math.max(0, received.bytes) + ((chunk as { length?: number } | null)?.length ?? 0);
  });
  emitWithin(response, observed, (event) => {
    if (event === 'finish') end(!isComplete(response, true));
    else if (event === 'close') end(!isComplete(response, response.writableFinished));
  });
  const stopWatchingSocket = onSocketClosed(request, () => end(!isComplete(response, response.writableFinished)));
  // Last: a response that takes no headers must end, too.
  const seen = observed.recordsResponseHeaders ? observed.respond.bind(observed) : undefined;
  addHeaders(response, () => observed.responseHeaders(), seen);
}

/** HTTP/2 emits `finish` for every ended stream, also for one that was reset: its reset code distinguishes them. */
function isComplete(response: NodeResponse, isOver: boolean): boolean {
  return 'stream' in response ? response.writableEnded && response.stream?.rstCode === 0 : isOver;
}

/**
 * Makes listeners run in the context of the request. Otherwise they run in the context of the parser, which belongs to the
 * connection, so that a body read by events would lose its request. Calls `seen` before each event, without adding a listener.
 */
function emitWithin(
  emitter: NodeRequest | NodeResponse,
  { enter, requestId }: ObservedRequest,
  seen: (event: unknown, argument: unknown) => void,
): void {
  const { emit } = emitter;
  const emitInRequest = function (this: NodeRequest, event: string, ...args: unknown[]): boolean {
    seen(event, args[0]);
    // Within the request the listeners keep the context of the call, values of other libraries included.
    if (this.listenerCount(event) === 0 || currentContext()?.request_id === requestId) {
      return emit.call(this, event, ...args);
    }
    return enter(() => emit.call(this, event, ...args));
  } as typeof emit;
  replaceMethod(emitter as NodeJS.EventEmitter, 'emit', emitInRequest as NodeJS.EventEmitter['emit']);
}

function requestSize({ headers }: NodeRequest, received: BodyCount): number | undefined {
  const length = headers['content-length'];
  if (length === undefined) return received.bytes === -1 ? undefined : received.bytes;
  const bytes = Number(length);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

function factsOf(request: NodeRequest, { trusts }: ServerRequests): RequestFacts {
  const { headers, httpVersion } = request;
  const socket = quietly(() => request.socket, undefined);
  const peer = socket?.remoteAddress;
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'object' ? value.join(',') : value;
  };
  const proxied = trusts === undefined ? undefined : quietly(() => forwarded(header, peer, trusts), undefined);
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

function firstOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'object' ? header[0] : header;
}
