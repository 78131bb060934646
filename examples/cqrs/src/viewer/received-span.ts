/** A span to draw. */
export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: string;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly message: string | undefined;
  readonly links: ReadonlyArray<{ readonly traceId: string; readonly spanId: string }>;
}

/** The spans of a request in OTLP's JSON form (opentelemetry-proto, trace.proto). Throws if it is none. */
export function spansOfRequest(body: string): readonly ReceivedSpan[] {
  const { resourceSpans = [] } = JSON.parse(body) as OtlpRequest;
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const name = resource?.attributes?.find(({ key }) => key === 'service.name')?.value.stringValue;
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => receivedSpan(name ?? 'unknown', span)));
  });
}

function receivedSpan(service: string, span: OtlpSpan): ReceivedSpan {
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
  return {
    service,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    name: span.name,
    kind: kinds[span.kind ?? 0] ?? '',
    start,
    durationMs: Number(end - start) / 1e6,
    isError: span.status?.code === 2,
    message: span.status?.message,
    links: span.links ?? [],
  };
}

const kinds = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

interface OtlpRequest {
  readonly resourceSpans?: ReadonlyArray<{
    readonly resource?: {
      readonly attributes?: ReadonlyArray<{ readonly key: string; readonly value: { readonly stringValue?: string } }>;
    };
    readonly scopeSpans?: ReadonlyArray<{ readonly spans?: readonly OtlpSpan[] }>;
  }>;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly links?: ReadonlyArray<{ readonly traceId: string; readonly spanId: string }>;
}
