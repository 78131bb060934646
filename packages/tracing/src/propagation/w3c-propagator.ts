import {
  type Context,
  type Span,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { listValue, singleValue } from './header-value.js';
import { isSpanId, isTraceId } from './hex.js';
import { type IncomingTrace, incomingFor, withIncomingTrace } from './incoming-trace.js';
import { LayeredContext } from './layered-context.js';
import { isTracingSuppressed } from './suppressed-tracing.js';
import { TraceStateList } from './trace-state-list.js';
import { parseTraceparent, RANDOM, SAMPLED } from './traceparent.js';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';
const writtenFlags = ['00', '01', '02', '03'] as const;

/**
 * W3C Trace Context, level 2 (https://www.w3.org/TR/trace-context-2/), for any OpenTelemetry set-up.
 *
 * Its methods never throw, and headers that cannot be read leave the context unchanged. Higher versions are read, version `ff`
 * and repeated headers are not; flag bits that level 2 does not define are never sent. The random flag of a trace is sent on
 * unchanged, and is set for traces that an OpenTelemetry SDK started here. A tracestate is kept or dropped as a whole, and never
 * sent empty.
 */
export const w3cPropagator: TextMapPropagator = {
  inject<C>(context: Context, carrier: C, setter: TextMapSetter<C>): void {
    try {
      const span = trace.getSpan(context);
      if (span === undefined || isTracingSuppressed(context)) return;
      const spanContext = span.spanContext();
      const { traceId, spanId, traceState } = spanContext;
      const incoming = incomingFor(context, traceId);
      if (!isRight(spanContext, incoming)) return;
      setter.set(carrier, TRACEPARENT, `00-${traceId}-${spanId}-${writtenFlags[flagsOf(span, spanContext, incoming)]}`);
      const state = traceState?.serialize();
      if (typeof state === 'string' && state !== '') setter.set(carrier, TRACESTATE, state);
    } catch {
      // A carrier that cannot be written to, or an invalid span context: the message is sent without context.
    }
  },

  extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
    try {
      const header = singleValue(carrier, getter, TRACEPARENT);
      const parsed = header === undefined ? undefined : parseTraceparent(header);
      if (parsed === undefined) return context;
      const { traceId, spanId, flags } = parsed;
      const spanContext: SpanContext = { traceId, spanId, traceFlags: flags, isRemote: true };
      const state = listValue(carrier, getter, TRACESTATE);
      const traceState = state === undefined ? undefined : TraceStateList.parse(state);
      if (traceState !== undefined) spanContext.traceState = traceState;
      return withIncomingTrace(trace.setSpanContext(LayeredContext.over(context), spanContext), {
        traceId,
        span: spanContext,
        sampling: (flags & SAMPLED) === 0 ? 'deny' : 'accept',
        isRandom: (flags & RANDOM) !== 0,
      });
    } catch {
      return context;
    }
  },

  fields: (): string[] => [TRACEPARENT, TRACESTATE],
};

/** Skips the check for spans that were read here: they are validated already, and ids sliced from a header are slow to check. */
function isRight(spanContext: SpanContext, incoming: IncomingTrace | undefined): boolean {
  if (incoming?.span === spanContext) return true;
  const { traceId, spanId } = spanContext;
  return (incoming?.traceId !== undefined || isTraceId(traceId)) && isSpanId(spanId);
}

/** Restores the random flag: OpenTelemetry's SDK keeps only the sampled flag in the spans it starts. */
function flagsOf(
  span: Span,
  { traceFlags, isRemote }: SpanContext,
  incoming: IncomingTrace | undefined,
): 0 | 1 | 2 | 3 {
  const isRandom =
    incoming?.traceId === undefined ? isStartedHere(span, isRemote) || (traceFlags & RANDOM) !== 0 : incoming.isRandom;
  return (((traceFlags & SAMPLED) === 0 ? 0 : 1) + (isRandom === true ? 2 : 0)) as 0 | 1 | 2 | 3;
}

/**
 * Whether an OpenTelemetry SDK in this process generated the trace id; such ids are random. Only its spans have a field for
 * their parent.
 */
function isStartedHere(span: Span, isRemote: boolean | undefined): boolean {
  if (isRemote === true || !('parentSpanContext' in span)) return false;
  const parent = span.parentSpanContext as SpanContext | undefined;
  return parent?.isRemote !== true || (parent.traceFlags & RANDOM) !== 0;
}
