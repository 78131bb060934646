import { context, diag, INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { isObjectOrFunction } from '@sightline/base';
import type { SpanBuilder } from '../spans/create-spans.js';
import type { SpanOptions } from '../spans/span-options.js';

/** Throws a `TypeError` for what a propagator of messages was given and cannot use: the first message would find it too late. */
export function checkParts(options: object): void {
  for (const [name, method, whatToPass] of parts) {
    const part: unknown = Reflect.get(options, name);
    if (part === undefined || hasMethod(part, method)) continue;
    const what = name === 'spans' ? name : `a ${name}`;
    throw new TypeError(`[tracing] MessagePropagator has ${what} without ${method}. Pass ${whatToPass}.`);
  }
  const idGenerator: unknown = Reflect.get(options, 'idGenerator');
  if (idGenerator === undefined || typeof idGenerator === 'function') return;
  throw new TypeError(
    '[tracing] MessagePropagator has an idGenerator that is no function. Pass () => crypto.randomUUID().',
  );
}

/** Starts a span by a builder that need not be ours: a message is sent and handled even if that fails. */
export function startSpanOf(spans: Pick<SpanBuilder, 'startSpan'>, name: string, options: SpanOptions): Span {
  try {
    const span: unknown = spans.startSpan(name, options);
    if (hasMethod(span, 'isRecording')) return span as Span;
    diag.error(`[tracing] spans.startSpan() gave no span for "${name}".`);
  } catch (error) {
    diag.error(`[tracing] The span "${name}" could not be started.`, error);
  }
  return trace.wrapSpanContext(trace.getSpanContext(context.active()) ?? INVALID_SPAN_CONTEXT);
}

/** By a method that is called. */
const parts = [
  ['spans', 'startSpan', 'obs.spans, or what createSpans() gives'],
  ['propagator', 'inject', 'one of @sightline/tracing/propagation'],
  ['clock', 'now', '{ now: () => Date.now() }'],
  ['logger', 'error', 'obs.logger'],
] as const;

function hasMethod(value: unknown, name: string): boolean {
  return isObjectOrFunction(value) && typeof Reflect.get(value, name) === 'function';
}
