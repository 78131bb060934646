import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { suppressedTracingKey } from '@sightline/base';
import { currentContext } from '@sightline/context';
import type { Histogram } from '@sightline/core';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { errorType, knownMethod, methodInName, recordFailure } from '@sightline/tracing';
import { injectContext, mapCarrier } from '@sightline/tracing/propagation';
import { callbackAsker } from './callbacks.js';
import { headerValues } from './header-values.js';
import { checkObservability, type HttpObservability, type Propagator, propagatorOf } from './observability.js';
import { type PropagationTargets, targetsAdvice, targetTest } from './propagation-targets.js';
import { quietly } from './quietly.js';
import { type HeaderRecorder, headerRecorder, type RecordedHeaders, recordedFields } from './recorded-headers.js';
import { DURATION_BUCKETS } from './server-metrics.js';

type ClientLabel =
  | 'http.request.method'
  | 'server.address'
  | 'server.port'
  | 'http.response.status_code'
  | 'error.type'
  | 'network.protocol.version';

type OptionalLabel = 'http.response.status_code' | 'error.type' | 'network.protocol.version';
type Durations = Histogram<ClientLabel, OptionalLabel>;

const clientFields = {
  /** Requests for which it returns true are ignored: no span, no metric, none of our headers. */
  ignore: { type: 'function', as: {} as (url: URL) => boolean },
  /**
   * The targets that get trace context, baggage and correlation id: hosts (`stock.internal`, `*.internal`), patterns of origins, or a
   * function. Requests to other hosts have a span but send no ids, also after a redirect. Default: all hosts.
   */
  propagateTo: { type: 'any', as: {} as PropagationTargets, advice: targetsAdvice as string },
} as const;

/** The common options of both client adapters. */
export interface ClientOptions extends RecordedHeaders, OptionsOf<typeof clientFields> {}

/** One outgoing request, from its start to the head of its response. No method throws. */
export interface ClientRequest {
  /** Make the request in this context. */
  readonly context: Context;
  /** The headers that propagate the context. */
  readonly headers: Readonly<Record<string, string>>;
  /** `1.1` or `2`, as soon as it is known. */
  protocolVersion: string | undefined;
  /** Ends the request, once. For a client a status of 400 or more is an error. @param headers of the response, in any form */
  responded(status: number, headers?: unknown): void;
  /**
   * Ends the request, once. A cancellation by the caller is no error (semantic conventions for HTTP, "Status"): there is no
   * `error.type`, and the span has `sightline.request.cancelled`.
   * @param signal the caller's, if known: then any `reason` of it is recognised as a cancellation
   */
  failed(error: unknown, signal?: AbortSignal | null | undefined): void;
}

export interface ClientRequests {
  /** Whether the request is ignored. */
  ignores(url: URL): boolean;
  /** Whether a URL may get our ids; `undefined`: all may. */
  readonly mayReach: ((url: URL) => boolean) | undefined;
  /**
   * Starts to observe a request; `undefined` for requests of exporters, or after an error.
   * @param given `isCallerKnown`: whether the current context is that of the caller; otherwise the request begins a trace and gets no
   * headers. `headers`: those of the request without ours, in any form
   */
  begin(method: string, url: URL, given?: { isCallerKnown?: boolean; headers?: unknown }): ClientRequest | undefined;
}

export function clientRequests(obs: HttpObservability, subject: string, options: ClientOptions): ClientRequests {
  checkObservability(obs, subject);
  const ask = callbackAsker(obs.metrics, obs.logger);
  const resolved = resolveFields('http', { ...clientFields, ...recordedFields }, options, subject, `${subject}: `);
  const mayReach = targetTest(resolved.propagateTo, subject, ask);
  const recorder = headerRecorder(resolved);
  const propagator = propagatorOf(obs);
  const duration: Durations = obs.metrics.histogram('http.client.request.duration', {
    help: 'Time from the start of a request to the head of its response.',
    unit: 'seconds',
    labelNames: [
      ...(['http.request.method', 'server.address', 'server.port'] as const),
      ...(['http.response.status_code', 'error.type', 'network.protocol.version'] as const),
    ],
    optionalLabels: ['http.response.status_code', 'error.type', 'network.protocol.version'],
    integerLabels: ['server.port', 'http.response.status_code'],
    buckets: DURATION_BUCKETS,
  });
  return {
    ignores: (url) => ask('ignore', () => resolved.ignore?.(url)) === true,
    mayReach,
    begin(method, url, { isCallerKnown = true, headers } = {}) {
      if (context.active().getValue(suppressedTracingKey) === true) return undefined;
      const hasIds = isCallerKnown && (mayReach === undefined || mayReach(url));
      const beginNow = (): ClientRequest =>
        begin({ obs, propagator, duration, recorder }, method, url, hasIds, headers);
      return quietly(() => (isCallerKnown ? beginNow() : context.with(ROOT_CONTEXT, beginNow)), undefined);
    },
  };
}

/** The header for the id of one external cause, across services; a value set by the caller stays. */
export const CORRELATION_HEADER = 'x-correlation-id';

interface Shared {
  readonly obs: HttpObservability;
  readonly propagator: Propagator;
  readonly duration: Durations;
  readonly recorder: HeaderRecorder;
}

function begin(
  { obs, propagator, duration, recorder }: Shared,
  given: string,
  url: URL,
  hasIds: boolean,
  requestHeaders: unknown,
): ClientRequest {
  const startMs = performance.now();
  const method = knownMethod(given);
  const address = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const span = obs.spans.startSpan(methodInName(method), {
    kind: SpanKind.CLIENT,
    attributes: () => ({
      'http.request.method': method,
      'http.request.method_original': method === '_OTHER' ? given : undefined,
      'url.full': url.href.replace(/#.*$/, ''),
      'server.address': address,
      'server.port': port,
      ...recorder.request?.((name) => headerValues(requestHeaders, name)),
    }),
  });
  const active = trace.setSpan(context.active(), span);
  const headers: Record<string, string> = {};
  if (hasIds) {
    injectContext(mapCarrier, headers, { context: active, propagator });
    const correlationId = currentContext()?.correlation_id;
    // A context may hold any string, a header may not.
    if (correlationId !== undefined && /^[!-~]{1,200}$/.test(correlationId)) {
      headers[CORRELATION_HEADER] = correlationId;
    }
  }

  let isEnded = false;
  const end = (status: number | undefined, type: string | undefined, describe: () => void): void => {
    if (isEnded) return;
    isEnded = true;
    quietly(() => {
      const labels = {
        'http.request.method': method,
        'server.address': address,
        'server.port': port,
        'http.response.status_code': status,
        'error.type': type,
        'network.protocol.version': request.protocolVersion,
      };
      // undici answers in the context of its connection, which belongs to another trace.
      context.with(active, () => duration.observe(labels, (performance.now() - startMs) / 1000));
    }, undefined);
    quietly(() => endSpan(span, status, type, describe), undefined);
  };
  const request: ClientRequest = {
    context: active,
    headers,
    protocolVersion: undefined,
    responded(status, responseHeaders) {
      const type = status >= 400 ? String(status) : undefined;
      end(status, type, () => {
        const recorded = recorder.response?.((name) => headerValues(responseHeaders, name));
        if (recorded !== undefined) span.setAttributes(recorded as Attributes);
        if (type !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
      });
    },
    failed(error, signal) {
      if (quietly(() => isCancelled(error, signal), false)) {
        end(undefined, undefined, () => span.setAttribute('sightline.request.cancelled', true));
      } else end(undefined, failureType(error), () => recordFailure(span, error));
    },
  };
  return request;
}

function endSpan(span: Span, status: number | undefined, type: string | undefined, describe: () => void): void {
  if (!span.isRecording()) return;
  describe();
  if (status !== undefined) span.setAttribute('http.response.status_code', status);
  if (type !== undefined) span.setAttribute('error.type', type);
  span.end();
}

/** A time-out aborts, too, but is a failure: `AbortSignal.timeout` throws a `TimeoutError`. */
function isCancelled(error: unknown, signal: AbortSignal | null | undefined): boolean {
  const isOfSignal = signal?.aborted === true && (error === signal.reason || nameOf(error) === 'AbortError');
  if (isOfSignal) return nameOf(signal.reason) !== 'TimeoutError';
  return nameOf(error) === 'AbortError';
}

function nameOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'name') : undefined;
}

/** Fetch wraps all errors in a `TypeError`; its cause has the code: `ECONNREFUSED`, `ENOTFOUND`. */
function failureType(error: unknown): string {
  const cause = error instanceof TypeError ? error.cause : undefined;
  return errorType(cause instanceof Error ? cause : error);
}
