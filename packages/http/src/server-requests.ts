import type { IncomingHttpHeaders } from 'node:http';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, type TextMapGetter, trace } from '@opentelemetry/api';
import { outermostContext } from '@sightline/context/frame';
import { resolveFields } from '@sightline/settings/fields';
import { type AttributeInputs, knownMethod, methodInName } from '@sightline/tracing';
import { extractedLinks, type FetchHeaders } from '@sightline/tracing/propagation';
import { type ActiveServerSpan, activeServerSpan } from './active-server-span.js';
import { type Ask, callbackAsker } from './callbacks.js';
import { headerValues } from './header-values.js';
import { checkObservability, type HttpObservability, propagatorOf } from './observability.js';
import { ObservedRequest, type RequestRecorders } from './observed-request.js';
import { quietly } from './quietly.js';
import { type HeaderRecorder, headerRecorder, recordedFields } from './recorded-headers.js';
import { RequestContext } from './request-context.js';
import { type RequestFacts, splitHost, splitTarget } from './request-facts.js';
import { correlationId, requestId } from './request-ids.js';
import { OwnRpcMetadata } from './rpc-metadata.js';
import { serverMetrics } from './server-metrics.js';
import { type ServerOptions, serverFields } from './server-options.js';
import { ServerSeries } from './server-series.js';
import { type Trusts, trustedProxies } from './trusted-proxies.js';

/** The shared state of one adapter's requests. Created at set-up; declares the metrics. */
export interface ServerRequests {
  /**
   * Starts the span, counts the request as in flight, and creates its context. Never throws.
   * @param foreign the server span that an instrumentation has started for the request. Default: that of the active context, if any
   */
  begin(facts: RequestFacts, headers: RequestHeaders, foreign?: ActiveServerSpan | undefined): ObservedRequest;
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
  const resolved = resolveFields('http', { ...serverFields, ...recordedFields }, options, subject, `${subject}: `);
  const metrics = serverMetrics(obs.metrics, resolved);
  const ask = callbackAsker(obs.metrics, obs.logger);
  const recorder = headerRecorder(resolved);
  const recorders: RequestRecorders = {
    metrics,
    series: new ServerSeries(metrics),
    log: resolved.logsRequests ? obs.logger : undefined,
    options,
    ask,
    recordedOfResponse: recorder.response,
  };
  return {
    options,
    ask,
    trusts: trustedProxies(options.trustProxy, subject),
    begin: (facts, headers, foreign) => begin(obs, recorders, recorder, facts, headers, foreign),
  };
}

function begin(
  obs: HttpObservability,
  recorders: RequestRecorders,
  recorder: HeaderRecorder,
  facts: RequestFacts,
  headers: RequestHeaders,
  foreign: ActiveServerSpan | undefined = quietly(() => activeServerSpan(facts), undefined),
): ObservedRequest {
  const startMs = performance.now();
  const method = knownMethod(facts.method);
  // Not from the active context: a server that was started within a request or job would give its ids to every request.
  const caller = foreign?.context ?? extracted(obs, headers);
  const rpc = foreign?.rpc ?? new OwnRpcMetadata(startSpan(caller, obs, recorder, method, facts, headers));
  const id = requestId(textHeader(headers, 'x-request-id'));
  const fields = outermostContext({
    request_id: id,
    correlation_id: correlationId(textHeader(headers, 'x-correlation-id'), caller),
  });
  return new ObservedRequest({
    facts,
    method,
    rpc,
    isForeignSpan: foreign !== undefined,
    // Created once, so that the whole request sees the same context. AsyncLocalStorage.snapshot() works, too, but costs 9 µs a request.
    context: new RequestContext(caller, rpc, fields),
    startMs,
    requestId: id,
    recorders,
  });
}

/** The context that the headers carry. */
function extracted(obs: HttpObservability, headers: RequestHeaders): Context {
  try {
    return propagatorOf(obs).extract(ROOT_CONTEXT, headers, requestCarrier);
  } catch {
    return ROOT_CONTEXT;
  }
}

function startSpan(
  caller: Context,
  obs: HttpObservability,
  recorder: HeaderRecorder,
  method: string,
  facts: RequestFacts,
  headers: RequestHeaders,
): Span {
  const links = extractedLinks(caller);
  const attributes = (): AttributeInputs => {
    const own = attributesOf(method, facts);
    return recorder.request === undefined
      ? own
      : { ...own, ...recorder.request((name) => headerValues(headers, name)) };
  };
  try {
    const options = { kind: SpanKind.SERVER, attributes, parent: caller };
    return obs.spans.startSpan(methodInName(method), links.length === 0 ? options : { ...options, links });
  } catch {
    return trace.wrapSpanContext(trace.getSpanContext(caller) ?? noSpan);
  }
}

const noSpan = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };

function attributesOf(method: string, facts: RequestFacts): AttributeInputs {
  const { path, query } = splitTarget(facts.target);
  const { address, port } = facts.host === undefined ? noHost : lastHost.split(facts.host);
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

/** Nearly all requests of a service ask for the same host. */
const lastHost = {
  host: '',
  parts: splitHost(''),
  split(host: string) {
    if (host !== this.host) {
      this.host = host;
      this.parts = splitHost(host);
    }
    return this.parts;
  },
};

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
