import { createSpans, type SpanBuilder } from './create-spans.js';
import { type Traced, tracedBy } from './traced.js';

let spans: SpanBuilder | undefined;

/**
 * Wraps functions and decorates methods with spans. They come from the provider that is registered with `@opentelemetry/api` at
 * the time of the call. For spans of another builder, use its own `traced`.
 */
export const traced: Traced = tracedBy((name, options, fn) => {
  spans ??= createSpans();
  return spans.span(name, options, fn);
});
