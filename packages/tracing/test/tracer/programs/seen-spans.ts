import type { Attributes, Context, Link, SpanContext } from '@opentelemetry/api';
import { trace } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '../../../src/tracer/index.js';
import { withoutRandomFlag } from './run-program.js';

/** A processor, and what it has seen in each of its hooks: every member of `ReadableSpan`. */
export function seeingProcessor(): { readonly processor: SpanProcessor; readonly seen: readonly unknown[] } {
  const seen: unknown[] = [];
  const known = new Set<ReadableSpan>();
  const see = (hook: string, span: ReadableSpan, more: object = {}): void => {
    seen.push({ hook, isKnown: known.has(span), ...more, ...membersOf(span) });
    known.add(span);
  };
  const processor: SpanProcessor = {
    onStart(span, parent: Context) {
      see('onStart', span as unknown as ReadableSpan, { parent: contextForm(trace.getSpanContext(parent)) });
    },
    onEnding(span) {
      see('onEnding', span as unknown as ReadableSpan);
      span.setAttribute('set.while.ending', true);
    },
    onEnd: (span) => see('onEnd', span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  return { processor, seen };
}

function membersOf(span: ReadableSpan): object {
  const { name, kind, status, startTime, endTime, duration, ended, attributes, events, links } = span;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount, instrumentationScope } = span;
  return {
    context: contextForm(span.spanContext()),
    parentContext: contextForm(span.parentSpanContext),
    name,
    kind,
    status: { ...status },
    startTime: [...startTime],
    endTime: [...endTime],
    duration: [...duration],
    ended,
    attributes: pairs(attributes),
    events: events.map((event) => ({ ...event, time: [...event.time], attributes: pairs(event.attributes) })),
    links: links.map(linkForm),
    dropped: [droppedAttributesCount, droppedEventsCount, droppedLinksCount],
    scope: { ...instrumentationScope },
    resource: pairs(span.resource.attributes),
  };
}

function linkForm({ context, attributes, droppedAttributesCount }: Link & { droppedAttributesCount?: number }): object {
  return { context: contextForm(context), attributes: pairs(attributes), droppedAttributesCount };
}

function contextForm(context: SpanContext | undefined): object | undefined {
  if (context === undefined) return undefined;
  const { traceId, spanId, traceFlags, isRemote, traceState } =
    context.isRemote === true ? context : withoutRandomFlag(context);
  return { traceId, spanId, traceFlags, isRemote, traceState: traceState?.serialize() };
}

/** In the order that they are in, which tools show. A gap of an array may be `undefined` or `null`, which is the same on the wire. */
function pairs(attributes: Attributes | undefined): unknown {
  const withNulls = (value: unknown): unknown => (Array.isArray(value) ? value.map((each) => each ?? null) : value);
  return attributes && Object.entries(attributes).map(([key, value]) => [key, withNulls(value)]);
}
