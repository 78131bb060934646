import { type Context, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { isAllZero, isLowerHex, isSpanId } from './hex.js';
import { type IncomingSampling, incomingFor, incomingTrace, withIncomingTrace } from './incoming-trace.js';

/** The B3 fields of a message, in any encoding. Ids are absent if it carries only a decision. */
export interface B3Fields {
  /** 16 or 32 lower-case hexadecimal digits. */
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly sampling: IncomingSampling;
}

/** 64 or 128 bits, not all zero. */
export function isB3TraceId(id: string): boolean {
  return (id.length === 16 || id.length === 32) && isLowerHex(id, 0, id.length) && !isAllZero(id, 0, id.length);
}

/** The context with what was read. Debug sets the sampled flag too, as the specification asks. */
export function withB3Fields(context: Context, { traceId, spanId, sampling }: B3Fields): Context {
  if (traceId === undefined || spanId === undefined) {
    return withIncomingTrace(context, { traceId: undefined, sampling });
  }
  const isSampled = sampling === 'accept' || sampling === 'debug';
  const spanContext: SpanContext = {
    traceId: traceId.padStart(32, '0'),
    spanId,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  };
  const isShort = traceId.length === 16;
  return withIncomingTrace(trace.setSpanContext(context, spanContext), {
    traceId: spanContext.traceId,
    sampling,
    ...(isShort ? { isShort } : {}),
  });
}

/** The fields to send on; `undefined` if there is neither a trace nor a decision. */
export function b3FieldsOf(context: Context): B3Fields | undefined {
  const spanContext = trace.getSpanContext(context);
  if (spanContext === undefined || !isB3TraceId(spanContext.traceId) || !isSpanId(spanContext.spanId)) {
    const incoming = incomingTrace(context);
    return incoming === undefined || incoming.traceId !== undefined ? undefined : { sampling: incoming.sampling };
  }
  const { traceId, spanId } = spanContext;
  const incoming = incomingFor(context, traceId);
  return {
    traceId: incoming?.isShort === true ? traceId.slice(16) : traceId,
    spanId,
    sampling: samplingOf(spanContext, incoming?.sampling),
  };
}

function samplingOf({ traceFlags, isRemote }: SpanContext, incoming: IncomingSampling | undefined): IncomingSampling {
  if (incoming === 'debug') return 'debug';
  // Only passed on: no decision was made in this process yet.
  if (incoming === 'defer' && isRemote === true) return 'defer';
  return (traceFlags & TraceFlags.SAMPLED) === 0 ? 'deny' : 'accept';
}
