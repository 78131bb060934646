/**
 * OpenTelemetry's own mark, a value of its context: no instrumentation makes spans and no propagator writes fields where it is `true`
 * (`suppressTracing` of `@opentelemetry/core`; context keys of equal description are equal symbols).
 */
export const suppressedTracingKey: unique symbol = Symbol.for(
  'OpenTelemetry SDK Context Key SUPPRESS_TRACING',
) as never;
