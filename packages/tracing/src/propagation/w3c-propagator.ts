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
 * Neither call ever throws, and what cannot be read leaves the context as it was. Higher versions are read, version `ff`
 * and repeated headers are not; flag bits that level 2 does not define are never sent. The random flag of a trace is sent on as it came, and is
 * set for traces that an OpenTelemetry SDK started here. A tracestate is kept whole or dropped whole, and never sent empty.
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
      // A carrier that cannot be written to, or a span context that is none: the message goes without context.
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

/** What was read here was looked at then. Ids cut out of a header are slow to look at: each character is found through the header. */
function isRight(spanContext: SpanContext, incoming: IncomingTrace | undefined): boolean {
  if (incoming?.span === spanContext) return true;
  const { traceId, spanId } = spanContext;
  return (incoming?.traceId !== undefined || isTraceId(traceId)) && isSpanId(spanId);
}

/** OpenTelemetry's SDK keeps only the sampled flag in the spans it starts, so the random flag is restored here. */
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
 * Whether the id of the span's trace was made by an OpenTelemetry SDK in this process, whose ids are random: its spans, and
 * nothing else, say which parent they have.
 */
function isStartedHere(span: Span, isRemote: boolean | undefined): boolean {
  if (isRemote === true || !('parentSpanContext' in span)) return false;
  const parent = span.parentSpanContext as SpanContext | undefined;
  return parent?.isRemote !== true || (parent.traceFlags & RANDOM) !== 0;
}
