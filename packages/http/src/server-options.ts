import type { IncomingMessage } from 'node:http';
import type { OptionsOf } from '@sightline/settings/fields';
import type { RecordedHeaders } from './recorded-headers.js';
import { type TrustProxy, trustAdvice } from './trusted-proxies.js';

/** Options of every server adapter, but for those that depend on the framework's type of a request. */
export const serverFields = {
  ignore: { type: 'function', as: {} as (request: never) => boolean },
  routeOf: { type: 'function', as: {} as (request: never) => string | undefined },
  /**
   * The trusted proxies in front of the service, by number or addresses. Their `X-Forwarded-For`, `-Proto` and `-Host`, or
   * `Forwarded`, give client, scheme and host. `true` trusts everything, also headers of the client. Default false.
   */
  trustProxy: { type: 'any', as: {} as TrustProxy, advice: trustAdvice as string },
  /** Whether `http.server.request.body.size` and `http.server.response.body.size` are recorded. Default: true. */
  bodySizes: { type: 'boolean', default: true },
  /**
   * Upper bounds of `http.server.request.duration` in seconds, ascending. Put the limits of objectives and alerts among them. Adapters of
   * one service need the same. Default: OpenTelemetry's, with 0.2.
   */
  durationBuckets: { type: 'list', as: [] as readonly number[] },
  /** Whether a line is written for each request, if there is a logger. Default: true. */
  logsRequests: { type: 'boolean', default: true },
  /** Whether lines contain the client's address. Default: false. */
  logsClientAddress: { type: 'boolean', default: false },
  /** Whether responses have `traceresponse`, the draft of W3C Trace Context level 2. Default: false. */
  traceResponse: { type: 'boolean', default: false },
  /** Whether responses have `server-timing: traceparent;desc="…"`; scripts in browsers can read it. Default: false. */
  serverTiming: { type: 'boolean', default: false },
} as const;

/** Options of every server adapter. `Request` is the framework's type of a request. */
export interface ServerOptions<Request = IncomingMessage>
  extends RecordedHeaders,
    Omit<OptionsOf<typeof serverFields>, 'ignore' | 'routeOf'> {
  /** Requests for which it returns true have no span, no metric and no line: health checks, scrapes. Called once, at the beginning. */
  ignore?: ((request: Request) => boolean) | undefined;
  /**
   * Returns the route if the framework does not know it: a template such as `/orders/:id`, never a path. `undefined` leaves it to the
   * adapter. Called at the end of the request.
   */
  routeOf?: ((request: Request) => string | undefined) | undefined;
}
