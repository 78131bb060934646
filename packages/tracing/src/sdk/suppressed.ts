import { type Context, context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressedTracingKey } from '@sightline/base';

const suppressed: Context = ROOT_CONTEXT.setValue(suppressedTracingKey, true);

/** Runs `fn` with tracing suppressed and outside any request, so that exporting spans creates no spans. */
export function withoutTracing<T>(fn: () => T): T {
  return context.with(suppressed, fn);
}
