import { type Context, context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressedTracingKey } from '@sightline/base';

const suppressed: Context = ROOT_CONTEXT.setValue(suppressedTracingKey, true);

/** Runs `fn` so that what it sends is not traced, which would make spans about spans, and belongs to no request. */
export function withoutTracing<T>(fn: () => T): T {
  return context.with(suppressed, fn);
}
