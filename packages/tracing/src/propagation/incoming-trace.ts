import { type Context, createContextKey, type SpanContext, trace } from '@opentelemetry/api';

/**
 * The caller's decision about recording a trace: `accept` and `deny` are decisions, `debug` asks for recording in spite of
 * samplers, `defer` leaves the decision to the receiver (B3, "Sampling State").
 */
export type IncomingSampling = 'accept' | 'deny' | 'debug' | 'defer';

/** Facts that came with a trace and have no place in OpenTelemetry's span context. */
export interface IncomingTrace {
  /** `undefined` if a decision came without ids. It then applies to the trace that starts here. */
  readonly traceId: string | undefined;
  readonly sampling: IncomingSampling;
  /** The random flag of W3C's level 2; `undefined` if the format has none. */
  readonly isRandom?: boolean | undefined;
  /** The trace id came as 64 bits and is sent on so. */
  readonly isShort?: boolean | undefined;
  /** The caller's span, read and validated. */
  readonly span?: SpanContext | undefined;
}

// The same key in every copy of this package: the API uses Symbol.for.
const key = createContextKey('sightline.tracing.incoming-trace.v1');

export function withIncomingTrace(context: Context, incoming: IncomingTrace | undefined): Context {
  return incoming === undefined ? context.deleteValue(key) : context.setValue(key, incoming);
}

export function incomingTrace(context: Context): IncomingTrace | undefined {
  return context.getValue(key) as IncomingTrace | undefined;
}

/** The facts that came with the trace `traceId`, or without ids. */
export function incomingFor(context: Context, traceId: string | undefined): IncomingTrace | undefined {
  const incoming = incomingTrace(context);
  return incoming?.traceId === undefined || incoming.traceId === traceId ? incoming : undefined;
}

/**
 * The caller's decision about the trace, as read by Sightline's propagators. For samplers: without it they cannot distinguish
 * `defer` from `deny` or `debug` from `accept`, and do not see a decision without ids. `undefined` for a trace that started here.
 */
export function incomingSampling(context: Context): IncomingSampling | undefined {
  return incomingFor(context, trace.getSpanContext(context)?.traceId)?.sampling;
}

/** Whether the caller asked to record the trace in spite of samplers: B3's `d`, `X-B3-Flags: 1`, or Jaeger's debug flag. */
export function isDebugTrace(context: Context): boolean {
  return incomingSampling(context) === 'debug';
}
