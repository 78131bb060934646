/**
 * OpenTelemetry's context key for suppressed tracing: if its value is `true`, instrumentations make no spans and propagators write no fields
 * (`suppressTracing` of `@opentelemetry/core`; context keys of equal description are equal symbols).
 */
export const suppressedTracingKey: unique symbol = Symbol.for(
  'OpenTelemetry SDK Context Key SUPPRESS_TRACING',
) as never;
