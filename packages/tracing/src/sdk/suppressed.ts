import { type Context, context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';

/** OpenTelemetry's own mark: no instrumentation makes spans in such a context (`@opentelemetry/core`, `suppressTracing`). */
const suppressed: Context = ROOT_CONTEXT.setValue(
  createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'),
  true,
);

/** Runs `fn` so that what it sends is not traced, which would make spans about spans, and belongs to no request. */
export function withoutTracing<T>(fn: () => T): T {
  return context.with(suppressed, fn);
}
