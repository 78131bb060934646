import type { IncomingMessage } from 'node:http';
import type { RecordedHeaders } from './recorded-headers.js';
import type { TrustProxy } from './trusted-proxies.js';

/** Options of every server adapter. `Request` is the framework's type of a request. */
export interface ServerOptions<Request = IncomingMessage> extends RecordedHeaders {
  /** Requests for which it returns true have no span, no metric and no line: health checks, scrapes. Called once, at the beginning. */
  ignore?: ((request: Request) => boolean) | undefined;
  /**
   * Returns the route if the framework does not know it: a template such as `/orders/:id`, never a path. `undefined` leaves it to the
   * adapter. Called at the end of the request.
   */
  routeOf?: ((request: Request) => string | undefined) | undefined;
  /**
   * The trusted proxies in front of the service, by number or addresses. Their `X-Forwarded-For`, `-Proto` and `-Host`, or
   * `Forwarded`, give client, scheme and host. `true` trusts everything, also headers of the client. Default false.
   */
  trustProxy?: TrustProxy | undefined;
  /** Whether `http.server.request.body.size` and `http.server.response.body.size` are recorded. Default true. */
  bodySizes?: boolean | undefined;
  /** Whether a line is written for each request, if there is a logger. Default true. */
  logsRequests?: boolean | undefined;
  /** Whether lines contain the client's address. Default false. */
  logsClientAddress?: boolean | undefined;
  /** Whether responses have `traceresponse`, the draft of W3C Trace Context level 2. Default false. */
  traceResponse?: boolean | undefined;
  /** Whether responses have `server-timing: traceparent;desc="…"`; scripts in browsers can read it. Default false. */
  serverTiming?: boolean | undefined;
}
