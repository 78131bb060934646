import type { ReadableSpan, SpanExporter } from '../tracer/readable-span.js';

/** Prints each span to the standard output, as OpenTelemetry's `ConsoleSpanExporter` does. For development. */
export function consoleExporter(): SpanExporter {
  return {
    export(spans: ReadableSpan[], done) {
      for (const span of spans) console.dir(shown(span), { depth: 3 });
      done({ code: 0 }); // ExportResultCode.SUCCESS
    },
    async shutdown() {},
    async forceFlush() {},
  };
}

function shown(span: ReadableSpan): object {
  const { traceId, spanId, traceState } = span.spanContext();
  return {
    resource: { attributes: span.resource.attributes },
    instrumentationScope: span.instrumentationScope,
    traceId,
    parentSpanContext: span.parentSpanContext,
    traceState: traceState?.serialize(),
    name: span.name,
    id: spanId,
    kind: span.kind,
    timestamp: span.startTime[0] * 1e6 + span.startTime[1] / 1e3,
    duration: span.duration[0] * 1e6 + span.duration[1] / 1e3,
    attributes: span.attributes,
    status: span.status,
    events: span.events,
    links: span.links,
  };
}
