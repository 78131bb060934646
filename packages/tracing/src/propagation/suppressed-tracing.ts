import { type Context, createContextKey } from '@opentelemetry/api';

// The key that OpenTelemetry's SDK sets around its own exports; keys of equal description are equal.
const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Whether OpenTelemetry's SDK asks not to trace here: requests of exporters carry no context. */
export function isTracingSuppressed(context: Context): boolean {
  return context.getValue(key) === true;
}
