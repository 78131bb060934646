import { type Attributes, isSpanContextValid, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { Log } from '@sightline/base';
import type { Labels } from '@sightline/core';
import { type AttributeInputs, errorType, methodInName, recordFailure } from '@sightline/tracing';
import type { Ask } from './callbacks.js';
import { quietly } from './quietly.js';
import type { HeaderAttributes } from './recorded-headers.js';
import { type RequestFacts, splitTarget } from './request-facts.js';
import type { HeaderPairs } from './response-headers.js';
import { type OptionalRequestLabel, type RequestLabel, type ServerMetrics, UNMATCHED } from './server-metrics.js';
import type { ServerOptions } from './server-options.js';

export interface ObservedRequestParts {
  readonly facts: RequestFacts;
  /** A known method, or `_OTHER`. */
  readonly method: string;
  readonly span: Span;
  /** Runs a function in the context of the request. */
  readonly enter: <T>(fn: () => T) => T;
  /** By `performance.now()`. */
  readonly startMs: number;
  readonly requestId: string;
  readonly metrics: ServerMetrics;
  readonly log: Log | undefined;
  readonly options: ServerOptions<never>;
  readonly ask: Ask;
  readonly recordedOfResponse: HeaderAttributes | undefined;
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

/** One request from its head to the end of its response. No method throws. */
export class ObservedRequest {
  readonly enter: <T>(fn: () => T) => T;
  readonly requestId: string;
  /** Called for the route when the request ends; its result replaces the detected route. */
  routeAtEnd: (() => string | undefined) | undefined;
  readonly #parts: ObservedRequestParts;
  #route: string | undefined;
  #failure: { readonly error: unknown } | undefined;
  #recordedHeaders: AttributeInputs | undefined;
  #isEnded = false;
  /** Removes the request from those in flight. */
  readonly #leave: (() => void) | undefined;

  constructor(parts: ObservedRequestParts) {
    this.#parts = parts;
    this.enter = parts.enter;
    this.requestId = parts.requestId;
    const { method, facts, metrics } = parts;
    const labels = { 'http.request.method': method, 'url.scheme': facts.scheme };
    this.#leave = quietly(() => metrics.active.startTracking(labels), undefined);
  }

  /** A template. The last one counts: a route may pass the request on to another. */
  set route(route: string | undefined) {
    if (route === undefined || route === '' || route === this.#route || this.#isEnded) return;
    this.#route = route;
    const { span, method } = this.#parts;
    quietly(() => {
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
    return this.#parts.recordedOfResponse !== undefined;
  }

  /** The head of the response as it is sent. */
  respond(valuesOf: (name: string) => readonly string[]): void {
    const { span, recordedOfResponse } = this.#parts;
    quietly(() => {
      // Kept until the end: Node.js may refuse this head, and another one may follow.
      if (span.isRecording()) this.#recordedHeaders = recordedOfResponse?.(valuesOf);
    }, undefined);
  }

  /** The headers to add to the response. */
  responseHeaders(): HeaderPairs {
    const { span, requestId, options } = this.#parts;
    const headers: Array<readonly [string, string]> = [['x-request-id', requestId]];
    const context = quietly(() => span.spanContext(), undefined);
    if (context === undefined || !isSpanContextValid(context)) return headers;
    headers.push(['x-trace-id', context.traceId]);
    const flags = (context.traceFlags & 0xff).toString(16).padStart(2, '0');
    const traceparent = `00-${context.traceId}-${context.spanId}-${flags}`;
    if (options.traceResponse === true) headers.push(['traceresponse', traceparent]);
    if (options.serverTiming === true) headers.push(['server-timing', `traceparent;desc="${traceparent}"`]);
    return headers;
  }

  /** Records everything, once: the second call does nothing. */
  end(end: RequestEnd): void {
    if (this.#isEnded) return;
    const { routeAtEnd } = this;
    if (routeAtEnd !== undefined) this.route = this.enter(() => this.#parts.ask('routeOf', routeAtEnd));
    this.#isEnded = true;
    const seconds = (performance.now() - this.#parts.startMs) / 1000;
    const type = this.#errorTypeOf(end);
    this.enter(() => {
      // Separately: a test double that throws in one must not prevent the others.
      quietly(() => this.#record(end, seconds, type), undefined);
      quietly(() => this.#endSpan(end, type), undefined);
      quietly(() => this.#log(end, seconds, type), undefined);
    });
  }

  #errorTypeOf({ status, isAborted }: RequestEnd): string | undefined {
    const isOver = isAborted || status === undefined || status >= 500;
    if (!isOver) return undefined;
    if (this.#failure !== undefined) return errorType(this.#failure.error);
    return isAborted || status === undefined ? 'aborted' : String(status);
  }

  #record({ status, requestSize, responseSize }: RequestEnd, seconds: number, type: string | undefined): void {
    const { metrics, method, facts } = this.#parts;
    this.#leave?.();
    const labels: Labels<RequestLabel, OptionalRequestLabel> = {
      'http.request.method': method,
      'http.route': this.#route ?? UNMATCHED,
      'http.response.status_code': status,
      'url.scheme': facts.scheme,
      'error.type': type,
      'network.protocol.version': facts.protocolVersion,
    };
    metrics.duration.observe(labels, seconds);
    if (requestSize !== undefined) metrics.requestSize?.observe(labels, requestSize);
    if (responseSize !== undefined) metrics.responseSize?.observe(labels, responseSize);
  }

  #endSpan({ status }: RequestEnd, type: string | undefined): void {
    const { span } = this.#parts;
    if (!span.isRecording()) return;
    if (status !== undefined) span.setAttribute('http.response.status_code', status);
    if (this.#recordedHeaders !== undefined) span.setAttributes(this.#recordedHeaders as Attributes);
    if (type !== undefined) {
      if (this.#failure === undefined) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', type);
      else recordFailure(span, this.#failure.error);
    }
    span.end();
  }

  #log({ status, responseSize }: RequestEnd, seconds: number, type: string | undefined): void {
    const { log, facts, options } = this.#parts;
    if (log === undefined) return;
    const route = this.#route ?? UNMATCHED;
    // Lines have the client's method, cut: they are no series.
    const method = facts.method.slice(0, 20);
    const fields = {
      method,
      route,
      path: splitTarget(facts.target).path.slice(0, 1024),
      ...(status === undefined ? {} : { status_code: status }),
      duration_ms: Math.round(seconds * 1e6) / 1000,
      ...(responseSize === undefined ? {} : { bytes: responseSize }),
      ...(facts.userAgent === undefined ? {} : { user_agent: facts.userAgent.slice(0, 256) }),
      ...(type === undefined ? {} : { error_type: type }),
      ...(type === undefined || this.#failure === undefined ? {} : { err: this.#failure.error }),
      ...(options.logsClientAddress === true && facts.clientAddress !== undefined
        ? { client_address: facts.clientAddress }
        : {}),
    };
    const message = `${method} ${route} ${status ?? 'aborted'}`;
    if (status !== undefined && status >= 500) log.error(fields, message);
    else if (type !== undefined) (this.#failure === undefined ? log.warn : log.error).call(log, fields, message);
    else if (status !== undefined && status >= 400) log.warn(fields, message);
    else log.info(fields, message);
  }
}
