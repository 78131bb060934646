/** A span as a test reads it. */
export interface SpanReading {
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly EventReading[];
  readonly links: readonly LinkReading[];
  readonly traceId: string;
  readonly spanId: string;
  /** `undefined` for the first span of a trace. */
  readonly parentSpanId: string | undefined;
  readonly isSampled: boolean;
  /** Unix time. */
  readonly startMs: number;
  /** Of an open span: until now. */
  readonly durationMs: number;
}

export interface EventReading {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Unix time. */
  readonly timeMs: number;
}

export interface LinkReading {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What every version of OpenTelemetry's SDK has in its `ReadableSpan`. */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: number;
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
  readonly parentSpanContext?: { readonly spanId: string } | undefined;
  readonly startTime: readonly [seconds: number, nanoseconds: number];
  readonly endTime: readonly [seconds: number, nanoseconds: number];
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: ReadonlyArray<{
    readonly context: { readonly traceId: string; readonly spanId: string };
    readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  }>;
  readonly events: ReadonlyArray<{
    readonly name: string;
    readonly time: readonly [seconds: number, nanoseconds: number];
    readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  }>;
}

export const kindNames = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
export const statusNames = ['unset', 'ok', 'error'] as const;

/** @param endTime of a span that has not ended: the time until which it is looked at */
export function readSpan(span: ReadableSpan, endTime: ReadableSpan['endTime'] = span.endTime): SpanReading {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const [startSeconds, startNanos] = span.startTime;
  return {
    name: span.name,
    kind: kindNames[span.kind] ?? 'internal',
    status: statusNames[span.status.code] ?? 'unset',
    statusMessage: span.status.message,
    attributes: { ...span.attributes },
    events: span.events.map(({ name, time, attributes }) => ({
      name,
      attributes: { ...attributes },
      timeMs: millis(time),
    })),
    links: span.links.map(({ context, attributes }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes: { ...attributes },
    })),
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    isSampled: (traceFlags & 1) === 1,
    startMs: millis(span.startTime),
    durationMs: millis([endTime[0] - startSeconds, endTime[1] - startNanos]),
  };
}

function millis([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6;
}
