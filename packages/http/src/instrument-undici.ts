import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  keepOneOfEach,
  removeCarried,
  SentHeaders,
  type UndiciRequest,
  urlOf,
  withinFetch,
} from './carried-headers.js';
import { type ClientOptions, type ClientRequest, clientRequests } from './client-requests.js';
import { headerValues } from './header-values.js';
import type { HttpObservability } from './observability.js';
import { quietly } from './quietly.js';
import { isCallerKnown, watchUndici } from './undici-callers.js';

export interface UndiciOptions extends ClientOptions {
  /**
   * The module `undici` itself, or several copies, if they cannot be found: in a bundle, or below another package that loads its copy
   * later. The service's installed copy and that of Node.js are found.
   */
  undici?: object | readonly object[] | undefined;
}

/**
 * Observes all requests of `undici` and of the global `fetch` in this process through their diagnostics channels: a client span, a
 * duration, and headers that propagate the trace. Each redirect is a request. Ignores requests of `tracedFetch`.
 *
 * The caller of a request is learned from `dispatch`, which is wrapped in each copy of undici that is found. A request without a known
 * caller has its own trace and none of our headers; the first one is logged. Returns a function that stops observing.
 */
export function instrumentUndici(obs: HttpObservability, { undici, ...options }: UndiciOptions = {}): () => void {
  const requests = clientRequests(obs, 'instrumentUndici()', options);
  const { mayReach } = requests;
  const sent = new SentHeaders();
  const open = new WeakMap<object, ClientRequest>();
  const stopWatching = watchUndici(undici === undefined ? [] : Array.isArray(undici) ? undici : [undici]);
  let hasWarned = false;
  const warnOnce = (): void => {
    if (hasWarned) return;
    hasWarned = true;
    obs.logger?.warn(
      {},
      '[http] A request of undici has no known caller, so it is sent without a trace. Pass its copy of undici: instrumentUndici(obs, { undici }).',
    );
  };

  const listeners: Record<string, (message: unknown) => void> = {
    'undici:request:create': (message) => {
      const { request } = message as { request: UndiciRequest };
      const isKnown = isCallerKnown();
      if (withinFetch.getStore() !== undefined || request.upgrade || request.method === 'CONNECT') return;
      const url = urlOf(request);
      if (mayReach !== undefined && !mayReach(url)) {
        const carried = sent.among(request.headers);
        if (carried !== undefined) removeCarried(request, carried);
      }
      if (requests.ignores(url)) return;
      const begun = requests.begin(String(request.method), url, { isCallerKnown: isKnown, headers: request.headers });
      if (begun === undefined) return;
      open.set(request, begun);
      if (!isKnown) return quietly(warnOnce, undefined);
      // A second traceparent would make both invalid.
      const ours = Object.entries(begun.headers).filter(([name]) => headerValues(request.headers, name).length === 0);
      for (const [name, value] of ours) request.addHeader(name, value);
      keepOneOfEach(request, Object.fromEntries(ours));
      if (mayReach !== undefined) sent.keep(Object.fromEntries(ours));
    },
    'undici:client:sendHeaders': (message) => {
      const { request, socket } = message as { request: object; socket?: { alpnProtocol?: unknown } };
      const begun = open.get(request);
      if (begun !== undefined) begun.protocolVersion = socket?.alpnProtocol === 'h2' ? '2' : '1.1';
    },
    'undici:request:headers': (message) => {
      const { request, response } = message as { request: object; response: { statusCode: number; headers?: unknown } };
      // 100 and 103 come before the response.
      if (response.statusCode >= 200) open.get(request)?.responded(response.statusCode, response.headers);
    },
    'undici:request:error': (message) => {
      const { request, error } = message as { request: object; error: unknown };
      open.get(request)?.failed(error);
    },
  };
  // A listener that throws would be an uncaught exception of the process.
  const safe = Object.entries(listeners).map(([name, listener]) => {
    const quiet = (message: unknown): void => quietly(() => listener(message), undefined);
    subscribe(name, quiet);
    return [name, quiet] as const;
  });
  return () => {
    for (const [name, listener] of safe) unsubscribe(name, listener);
    stopWatching();
  };
}
