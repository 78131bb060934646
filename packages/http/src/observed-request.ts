import { type Attributes, INVALID_SPANID, INVALID_TRACEID, type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import type { Log } from '@sightline/base';
import { type AttributeInputs, errorType, methodInName, recordFailure } from '@sightline/tracing';
import type { Ask } from './callbacks.js';
import { quietly } from './quietly.js';
import type { HeaderAttributes } from './recorded-headers.js';
import type { RequestContext } from './request-context.js';
import type { RequestFacts } from './request-facts.js';
import { writeRequestLine } from './request-line.js';
import type { HeaderPairs } from './response-headers.js';
import type { RpcMetadata } from './rpc-metadata.js';
import { type ServerMetrics, UNMATCHED } from './server-metrics.js';
import type { ServerOptions } from './server-options.js';
import type { ServerSeries } from './server-series.js';

/** What the requests of one adapter share. */
export interface RequestRecorders {
  readonly metrics: ServerMetrics;
  readonly series: ServerSeries;
  readonly log: Log | undefined;
  readonly options: ServerOptions<never>;
  readonly ask: Ask;
  readonly recordedOfResponse: HeaderAttributes | undefined;
}

export interface ObservedRequestParts {
  readonly facts: RequestFacts;
  /** A known method, or `_OTHER`. */
  readonly method: string;
  /** The server span, and the routes that instrumentations of routers write. */
  readonly rpc: RpcMetadata;
  /** Whether an instrumentation has started the span, which then ends it. */
  readonly isForeignSpan: boolean;
  /** With the span and the ids. */
  readonly context: RequestContext;
  /** By `performance.now()`. */
  readonly startMs: number;
  readonly requestId: string;
  readonly recorders: RequestRecorders;
}

/** How a response ended. */
export interface RequestEnd {
  /** `undefined` if no head of a response was sent. */
  readonly status: number | undefined;
  /** Whether the connection was closed before the response was complete. */
  readonly isAborted: boolean;
  /** In bytes; `undefined` for a request without a body. */
  readonly requestSize?: number | undefined;
  readonly responseSize?: number | undefined;
}

/** One request from its head to the end of its response. No method throws, but for what a function throws that it runs. */
export class ObservedRequest {
  readonly requestId: string;
  /** Called for the route when the request ends; its result replaces the detected route. */
  routeAtEnd: (() => string | undefined) | undefined = undefined;
  readonly #parts: ObservedRequestParts;
  #route: string | undefined = undefined;
  #failure: { readonly error: unknown } | undefined = undefined;
  #recordedHeaders: AttributeInputs | undefined = undefined;
  #isEnded = false;
  /** Removes the request from those in flight. */
  #leave: (() => void) | undefined = undefined;

  constructor(parts: ObservedRequestParts) {
    this.#parts = parts;
    this.requestId = parts.requestId;
    try {
      this.#leave = parts.recorders.metrics.track(parts.method, parts.facts.scheme);
    } catch {
      // A test double that throws: the request is not counted as in flight.
    }
  }

  /** Runs a function in the context of the request. */
  enter<T>(fn: () => T): T {
    return this.#parts.context.run(fn);
  }

  /** Calls a method in the context of the request, without a function for it. */
  apply<T>(method: (...args: never[]) => T, target: unknown, args: ArrayLike<unknown>): T {
    return this.#parts.context.run(applied<T>, method, target, args);
  }

  /** Whether this code runs within the request, in whatever context within that. */
  get isCurrent(): boolean {
    return this.#parts.context.isAround;
  }

  /** A template. The last one counts: a route may pass the request on to another. */
  set route(route: string | undefined) {
    if (route === undefined || route === '' || route === this.#route || this.#isEnded) return;
    this.#route = route;
    const { rpc, method } = this.#parts;
    quietly(() => {
      // The instrumentation that has started the span, if another one has, names it by this.
      rpc.route = route;
      const { span } = rpc;
      if (!span.isRecording()) return;
      span.updateName(`${methodInName(method)} ${route}`);
      span.setAttribute('http.route', route);
    }, undefined);
  }

  get route(): string | undefined {
    return this.#route;
  }

  /** The error of a handler. It counts if the response is 5xx or missing, and not if it is 4xx. */
  fail(error: unknown): void {
    this.#failure = { error };
  }

  /** Whether headers of the response are recorded. */
  get recordsResponseHeaders(): boolean {
    return this.#parts.recorders.recordedOfResponse !== undefined;
  }

  /** The head of the response as it is sent. */
  respond(valuesOf: (name: string) => readonly string[]): void {
    const { rpc, recorders } = this.#parts;
    quietly(() => {
      // Kept until the end: Node.js may refuse this head, and another one may follow.
      if (rpc.span.isRecording()) this.#recordedHeaders = recorders.recordedOfResponse?.(valuesOf);
    }, undefined);
  }

  /** The headers to add to the response. */
  responseHeaders(): HeaderPairs {
    const { options } = this.#parts.recorders;
    const headers: Array<readonly [string, string]> = [['x-request-id', this.requestId]];
    const spanContext = this.#spanContext();
    if (spanContext === undefined) return headers;
    const { traceId, spanId } = spanContext;
    headers.push(['x-trace-id', traceId]);
    if (options.traceResponse !== true && options.serverTiming !== true) return headers;
    const flags = (spanContext.traceFlags & 0xff).toString(16).padStart(2, '0');
    const traceparent = `00-${traceId}-${spanId}-${flags}`;
    if (options.traceResponse === true) headers.push(['traceresponse', traceparent]);
    if (options.serverTiming === true) headers.push(['server-timing', `traceparent;desc="${traceparent}"`]);
    return headers;
  }

  /** `undefined` if it has no valid ids. */
  #spanContext(): SpanContext | undefined {
    try {
      const spanContext = this.#parts.rpc.span.spanContext();
      return isValid(spanContext) ? spanContext : undefined;
    } catch {
      return undefined;
    }
  }

  /** Records everything, once: the second call does nothing. */
  end(end: RequestEnd): void {
    if (this.#isEnded) return;
    const { routeAtEnd } = this;
    if (routeAtEnd !== undefined) {
      this.route = this.enter(() => this.#parts.recorders.ask('routeOf', routeAtEnd));
    }
    if (this.#route === undefined) this.route = this.#routeOfInstrumentation();
    this.#isEnded = true;
    const seconds = (performance.now() - this.#parts.startMs) / 1000;
    const { context } = this.#parts;
    if (context.isActive) ObservedRequest.#finish(this, end, seconds);
    else context.run(ObservedRequest.#finish, this, end, seconds);
  }

  /** Records nothing of it, and does not end its span, so that the span is sent nowhere: it was no request of the service's own. */
  discard(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    quietly(() => this.#leave?.(), undefined);
  }

  #routeOfInstrumentation(): string | undefined {
    const { route } = this.#parts.rpc;
    return typeof route === 'string' ? route : undefined;
  }

  /** Records the end, within the context of the request. */
  static #finish(request: ObservedRequest, end: RequestEnd, seconds: number): void {
    const type = request.#errorTypeOf(end);
    // Separately: a test double that throws in one must not prevent the others.
    quietly(() => request.#record(end, seconds, type), undefined);
    quietly(() => request.#endSpan(end, type), undefined);
    quietly(() => request.#log(end, seconds, type), undefined);
  }

  #errorTypeOf({ status, isAborted }: RequestEnd): string | undefined {
    const isOver = isAborted || status === undefined || status >= 500;
    if (!isOver) return undefined;
    if (this.#failure !== undefined) return errorType(this.#failure.error);
    return isAborted || status === undefined ? 'aborted' : String(status);
  }

  #record({ status, requestSize, responseSize }: RequestEnd, seconds: number, type: string | undefined): void {
    const { recorders, method, facts } = this.#parts;
    this.#leave?.();
    const labels = {
      method,
      route: this.#route ?? UNMATCHED,
      status,
      scheme: facts.scheme,
      errorType: type,
      protocolVersion: facts.protocolVersion,
    };
    recorders.series.record(labels, seconds, requestSize, responseSize);
  }

  #endSpan({ status }: RequestEnd, type: string | undefined): void {
    const { rpc, isForeignSpan } = this.#parts;
    const { span } = rpc;
    if (!span.isRecording()) return;
    if (status !== undefined) span.setAttribute('http.response.status_code', status);
    if (this.#recordedHeaders !== undefined) span.setAttributes(this.#recordedHeaders as Attributes);
    if (type !== undefined) {
      if (this.#failure === undefined) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', type);
      else recordFailure(span, this.#failure.error);
    }
    if (!isForeignSpan) span.end();
  }

  #log({ status, responseSize }: RequestEnd, seconds: number, type: string | undefined): void {
    const { facts, recorders } = this.#parts;
    if (recorders.log === undefined) return;
    writeRequestLine(recorders.log, facts, {
      route: this.#route,
      status,
      seconds,
      responseSize,
      errorType: type,
      failure: this.#failure,
      logsClientAddress: recorders.options.logsClientAddress === true,
    });
  }
}

function applied<T>(method: (...args: never[]) => T, target: unknown, args: ArrayLike<unknown>): T {
  return Reflect.apply(method, target, args);
}

/** Without a look at the digits, which would take 0.7 µs: that of no trace has zeros, and Node.js refuses what no header can have. */
function isValid({ traceId, spanId }: SpanContext): boolean {
  const hasLengths = traceId.length === INVALID_TRACEID.length && spanId.length === INVALID_SPANID.length;
  return hasLengths && traceId !== INVALID_TRACEID && spanId !== INVALID_SPANID;
}
