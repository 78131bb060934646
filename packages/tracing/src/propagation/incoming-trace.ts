import { type Context, createContextKey, type SpanContext, trace } from '@opentelemetry/api';

/**
 * What the caller decided about recording a trace: `accept` and `deny` are decisions, `debug` asks for recording whatever
 * samplers say, `defer` leaves the decision to the receiver (B3, "Sampling State").
 */
export type IncomingSampling = 'accept' | 'deny' | 'debug' | 'defer';

/** What came in with a trace and has no place in OpenTelemetry's span context. */
export interface IncomingTrace {
  /** `undefined` where a decision came in without ids. It then holds for the trace that starts here. */
  readonly traceId: string | undefined;
  readonly sampling: IncomingSampling;
  /** The random flag of W3C's level 2; `undefined` where the format has none. */
  readonly isRandom?: boolean | undefined;
  /** Came in as 64 bits, which are to be sent on as such. */
  readonly isShort?: boolean | undefined;
  /** The caller's span, as it was read and found right. */
  readonly span?: SpanContext | undefined;
}

// The same key in every copy of this package: the API makes it by Symbol.for.
const key = createContextKey('sightline.tracing.incoming-trace.v1');

export function withIncomingTrace(context: Context, incoming: IncomingTrace | undefined): Context {
  return incoming === undefined ? context.deleteValue(key) : context.setValue(key, incoming);
}

export function incomingTrace(context: Context): IncomingTrace | undefined {
  return context.getValue(key) as IncomingTrace | undefined;
}

/** What came in with the trace `traceId`, or without ids. */
export function incomingFor(context: Context, traceId: string | undefined): IncomingTrace | undefined {
  const incoming = incomingTrace(context);
  return incoming?.traceId === undefined || incoming.traceId === traceId ? incoming : undefined;
}

/**
 * What the caller decided about the trace, as far as Sightline's propagators read it from the message: for samplers, which
 * otherwise cannot tell `defer` from `deny` nor `debug` from `accept`, and see nothing of a decision without ids.
 * `undefined` for a trace that started here.
 */
export function incomingSampling(context: Context): IncomingSampling | undefined {
  return incomingFor(context, trace.getSpanContext(context)?.traceId)?.sampling;
}

/** Whether the caller asked to record the trace whatever samplers say: B3's `d`, `X-B3-Flags: 1`, or Jaeger's debug flag. */
export function isDebugTrace(context: Context): boolean {
  return incomingSampling(context) === 'debug';
}
