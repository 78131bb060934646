import { createSpans, type SpanBuilder } from './create-spans.js';
import { type Traced, tracedBy } from './traced.js';

let spans: SpanBuilder | undefined;

/**
 * Wraps functions and decorates methods with spans of the provider that is registered with `@opentelemetry/api` when they are called.
 * For those of another builder, take its own `traced`.
 */
export const traced: Traced = tracedBy((name, options, fn) => {
  spans ??= createSpans();
  return spans.span(name, options, fn);
});
