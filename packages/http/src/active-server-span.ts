import { type Context, context, type Span } from '@opentelemetry/api';
import { quietly } from './quietly.js';
import { type RequestFacts, splitTarget } from './request-facts.js';
import { isOwnRpcMetadata, type RpcMetadata, rpcMetadata } from './rpc-metadata.js';

/** A server span that an instrumentation has started for a request, and ends. */
export interface ActiveServerSpan {
  readonly rpc: RpcMetadata;
  /** The context that the instrumentation runs the request in. */
  readonly context: Context;
}

/** That of the active context, if an instrumentation such as `@opentelemetry/instrumentation-http` started it for this request. */
export function activeServerSpan(facts: RequestFacts): ActiveServerSpan | undefined {
  const active = context.active();
  const rpc = rpcMetadata(active);
  if (rpc === undefined || isOwnRpcMetadata(rpc) || taken.has(rpc)) return undefined;
  if (!quietly(() => isFor(rpc.span, facts), false)) return undefined;
  taken.add(rpc);
  return { rpc, context: active };
}

/** Those of other requests: a request within one, such as that of `app.inject()`, has a span of its own. */
const taken = new WeakSet<RpcMetadata>();

/**
 * A server that was started within a request has the span of that request in its context, which must not get the spans of all others:
 * it has ended, or describes another request.
 */
function isFor(span: Span, { method, target }: RequestFacts): boolean {
  const hasEnded = !span.isRecording() && (span.spanContext().traceFlags & 1) !== 0;
  if (hasEnded) return false;
  const { attributes = {} } = span as { attributes?: Readonly<Record<string, unknown>> };
  const path = attributes['url.path'] ?? attributes['http.target'];
  const known = attributes['http.request.method'] ?? attributes['http.method'];
  if (typeof path === 'string' && splitTarget(path).path !== splitTarget(target).path) return false;
  return typeof known !== 'string' || known === '_OTHER' || known.toUpperCase() === method.toUpperCase();
}
