import type { IncomingMessage } from 'node:http';
import type { RecordedHeaders } from './recorded-headers.js';
import type { TrustProxy } from './trusted-proxies.js';

/** What every adapter for servers takes. `Request` is what the framework calls a request. */
export interface ServerOptions<Request = IncomingMessage> extends RecordedHeaders {
  /** Requests for which it returns true have no span, no metric and no line: health checks, the page of metrics. Asked once, at the beginning. */
  ignore?: ((request: Request) => boolean) | undefined;
  /**
   * Says the route where the framework cannot: a template such as `/orders/:id`, never a path. `undefined` leaves it to the adapter.
   * Asked at the end of the request.
   */
  routeOf?: ((request: Request) => string | undefined) | undefined;
  /**
   * How many proxies in front of the service, or which by their addresses, are believed what they say of client, scheme and host in
   * `X-Forwarded-For`, `-Proto` and `-Host`, or in `Forwarded`. `true` believes whatever a client sends, too. Default false.
   */
  trustProxy?: TrustProxy | undefined;
  /** Whether `http.server.request.body.size` and `http.server.response.body.size` are recorded. Default true. */
  bodySizes?: boolean | undefined;
  /** Whether a line is written for each request, where there is a logger. Default true. */
  logsRequests?: boolean | undefined;
  /** Whether lines hold the client's address. Default false. */
  logsClientAddress?: boolean | undefined;
  /** Whether responses have `traceresponse`, the draft of W3C Trace Context level 2. Default false. */
  traceResponse?: boolean | undefined;
  /** Whether responses have `server-timing: traceparent;desc="…"`, which scripts in browsers can read. Default false. */
  serverTiming?: boolean | undefined;
}
