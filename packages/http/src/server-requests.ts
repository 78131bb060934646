import type { IncomingHttpHeaders } from 'node:http';
import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import type { Log } from '@sightline/base';
import { contextRunner } from '@sightline/context';
import { type AttributeInputs, knownMethod, methodInName } from '@sightline/tracing';
import { extractedLinks, type FetchHeaders } from '@sightline/tracing/propagation';
import { type Ask, callbackAsker } from './callbacks.js';
import { headerValues } from './header-values.js';
import { checkObservability, type HttpObservability, type Propagator, propagatorOf } from './observability.js';
import { ObservedRequest } from './observed-request.js';
import { quietly } from './quietly.js';
import { type HeaderRecorder, headerRecorder } from './recorded-headers.js';
import { type RequestFacts, splitHost, splitTarget } from './request-facts.js';
import { correlationId, requestId } from './request-ids.js';
import { type ServerMetrics, serverMetrics } from './server-metrics.js';
import type { ServerOptions } from './server-options.js';
import { type Trusts, trustedProxies } from './trusted-proxies.js';

/** The shared state of one adapter's requests. Created at set-up; declares the metrics. */
export interface ServerRequests {
  /** Starts the span, counts the request as in flight, and creates its context. Never throws. */
  begin(facts: RequestFacts, headers: RequestHeaders): ObservedRequest;
  readonly options: ServerOptions<never>;
  /** `undefined` if no proxy is trusted. */
  readonly trusts: Trusts | undefined;
  readonly ask: Ask;
}

export function serverRequests(
  obs: HttpObservability,
  options: ServerOptions<never> = {},
  subject = 'An adapter',
): ServerRequests {
  checkObservability(obs, subject);
  const metrics = serverMetrics(obs.metrics, options.bodySizes ?? true);
  const log = options.logsRequests === false ? undefined : obs.logger;
  const ask = callbackAsker(obs.metrics, obs.logger);
  const recorder = headerRecorder(options, subject);
  return {
    options,
    ask,
    trusts: trustedProxies(options.trustProxy, subject),
    begin: (facts, headers) =>
      begin(facts, headers, { obs, options, propagator: propagatorOf(obs), metrics, log, ask, recorder }),
  };
}

interface Shared {
  readonly obs: HttpObservability;
  readonly options: ServerOptions<never>;
  readonly propagator: Propagator;
  readonly metrics: ServerMetrics;
  readonly log: Log | undefined;
  readonly ask: Ask;
  readonly recorder: HeaderRecorder;
}

function begin(facts: RequestFacts, headers: RequestHeaders, shared: Shared): ObservedRequest {
  const { options, propagator, metrics, log, ask, recorder } = shared;
  const startMs = performance.now();
  // Not from the active context: a server that was started within a request or job would give its ids to every request.
  const extracted = quietly(() => propagator.extract(ROOT_CONTEXT, headers, requestCarrier), ROOT_CONTEXT);
  const method = knownMethod(facts.method);
  const span = context.with(extracted, () => startSpan(shared, method, facts, headers, extracted));
  const fields = {
    request_id: requestId(textHeader(headers, 'x-request-id')),
    correlation_id: correlationId(textHeader(headers, 'x-correlation-id'), extracted),
  };
  const active = trace.setSpan(extracted, span);
  // Created once, so that the whole request sees the same context object. AsyncLocalStorage.snapshot() works, too, but costs 9 µs a
  // request.
  const run = contextRunner(fields);
  const enter = <T>(fn: () => T): T => run(() => context.with(active, fn));
  return new ObservedRequest({
    facts,
    method,
    span,
    enter,
    startMs,
    requestId: fields.request_id,
    metrics,
    log,
    options,
    ask,
    recordedOfResponse: recorder.response,
  });
}

function startSpan(
  { obs, recorder }: Shared,
  method: string,
  facts: RequestFacts,
  headers: RequestHeaders,
  extracted: Context,
): Span {
  const links = extractedLinks(extracted);
  return (
    quietly(
      () =>
        obs.spans.startSpan(methodInName(method), {
          kind: SpanKind.SERVER,
          attributes: () => ({
            ...attributesOf(method, facts),
            ...recorder.request?.((name) => headerValues(headers, name)),
          }),
          ...(links.length === 0 ? {} : { links }),
        }),
      undefined,
    ) ?? trace.wrapSpanContext(trace.getSpanContext(extracted) ?? noSpan)
  );
}

const noSpan = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };

function attributesOf(method: string, facts: RequestFacts): AttributeInputs {
  const { path, query } = splitTarget(facts.target);
  const { address, port } = facts.host === undefined ? noHost : splitHost(facts.host);
  return {
    'http.request.method': method,
    'http.request.method_original': method === '_OTHER' ? facts.method : undefined,
    'url.path': path,
    'url.query': query === '' ? undefined : query,
    'url.scheme': facts.scheme,
    'server.address': address,
    'server.port': port,
    'client.address': facts.clientAddress,
    'user_agent.original': facts.userAgent,
    'network.protocol.version': facts.protocolVersion,
  };
}

const noHost = { address: undefined, port: undefined };

function textHeader(headers: RequestHeaders, name: string): string | undefined {
  const value = isFetch(headers) ? headers.get(name) : headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Headers as Node.js parses them, names in lower case, or Fetch's. */
export type RequestHeaders = IncomingHttpHeaders | FetchHeaders;

/** `httpCarrier` for names in lower case: it does not search for an absent name in other cases. */
const requestCarrier: TextMapGetter<RequestHeaders> = {
  keys: (headers) => (isFetch(headers) ? [...headers.keys()] : Object.keys(headers)),
  get: (headers, name) => (isFetch(headers) ? (headers.get(name) ?? undefined) : headers[name.toLowerCase()]),
};

function isFetch(headers: RequestHeaders): headers is FetchHeaders {
  // A header may be called "get", but its value is no function.
  return typeof headers.get === 'function';
}
