import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type ClientRequest, clientRequests, isWithinFetch } from './client-requests.js';
import type { HttpObservability } from './observability.js';
import { quietly } from './quietly.js';
import { isCallerKnown, watchUndici } from './undici-callers.js';

export interface UndiciOptions {
  /** Requests for which it returns true are left alone. */
  ignore?: ((url: URL) => boolean) | undefined;
  /**
   * The module `undici` itself, or several copies of it, where they cannot be found: in a bundle, or below another package that loads its copy
   * later. The one that is installed for the service and that of Node.js are found.
   */
  undici?: object | readonly object[] | undefined;
}

/** What undici publishes of a request, since version 5; Node.js' own `fetch` is of that kind. */
interface UndiciRequest {
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
  readonly upgrade?: unknown;
  readonly headers?: unknown;
  addHeader(name: string, value: string): void;
}

/**
 * Observes all requests of `undici` and of the global `fetch` in this process through their diagnostics channels: a client span, a duration,
 * and headers that carry the trace on. Each redirect is a request. Those of `tracedFetch` are left to it.
 *
 * Who wanted a request is learned from `dispatch`, which is wrapped for that in each copy of undici that is found. A request whose caller is
 * not known has a trace of its own and no headers of ours, and the first such is logged. Returns what ends it.
 */
export function instrumentUndici(obs: HttpObservability, { ignore, undici }: UndiciOptions = {}): () => void {
  const requests = clientRequests(obs, 'instrumentUndici()');
  const { ask } = requests;
  const open = new WeakMap<object, ClientRequest>();
  const stopWatching = watchUndici(undici === undefined ? [] : Array.isArray(undici) ? undici : [undici]);
  let hasWarned = false;
  const warnOnce = (): void => {
    if (hasWarned) return;
    hasWarned = true;
    obs.logger?.warn(
      {},
      '[http] A request of undici has no known caller, so it is sent without a trace. Pass the copy that makes it: instrumentUndici(obs, { undici }).',
    );
  };

  const listeners: Record<string, (message: unknown) => void> = {
    'undici:request:create': (message) => {
      const { request } = message as { request: UndiciRequest };
      const isKnown = isCallerKnown();
      if (isWithinFetch.getStore() === true || request.upgrade || request.method === 'CONNECT') return;
      const url = new URL(String(request.path), String(request.origin));
      if (ask('ignore', () => ignore?.(url)) === true) return;
      const begun = requests.begin(String(request.method), url, isKnown);
      if (begun === undefined) return;
      open.set(request, begun);
      if (!isKnown) return quietly(warnOnce, undefined);
      const present = headerNames(request.headers);
      // A second traceparent would make both invalid.
      for (const [name, value] of Object.entries(begun.headers)) {
        if (!present.has(name.toLowerCase())) request.addHeader(name, value);
      }
    },
    'undici:client:sendHeaders': (message) => {
      const { request, socket } = message as { request: object; socket?: { alpnProtocol?: unknown } };
      const begun = open.get(request);
      if (begun !== undefined) begun.protocolVersion = socket?.alpnProtocol === 'h2' ? '2' : '1.1';
    },
    'undici:request:headers': (message) => {
      const { request, response } = message as { request: object; response: { statusCode: number } };
      // 100 and 103 come before the response.
      if (response.statusCode >= 200) open.get(request)?.responded(response.statusCode);
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

/** A list of names and values, or of lines in undici 5. */
function headerNames(headers: unknown): ReadonlySet<string> {
  if (typeof headers === 'string') {
    return new Set(headers.split('\r\n').map((line) => line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase()));
  }
  if (!Array.isArray(headers)) return new Set();
  return new Set(headers.filter((_, i) => i % 2 === 0).map((name) => String(name).toLowerCase()));
}
