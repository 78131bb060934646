import type { Context } from '@opentelemetry/api';
import { suppressedTracingKey } from '@sightline/base';

/** Whether OpenTelemetry's SDK asks not to trace here: requests of exporters carry no context. */
export function isTracingSuppressed(context: Context): boolean {
  return context.getValue(suppressedTracingKey) === true;
}
