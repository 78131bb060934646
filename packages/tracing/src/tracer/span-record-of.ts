import type { Link, SpanContext, TraceState } from '@opentelemetry/api';
import type { SpanEventRecord, SpanLinkRecord, SpanRecord } from '@sightline/otlp/encode';
import { listOfObject } from './attribute-list.js';
import type { ReadableSpan, TimedEvent } from './readable-span.js';

/** An ended span as OTLP has it: a copy, but for the values of its attributes. */
export function spanRecordOf(span: ReadableSpan): SpanRecord {
  const record = emptySpanRecord();
  fillSpanRecord(record, span, listOfObject(span.attributes));
  return record;
}

export type WritableSpanRecord = { -readonly [Name in keyof SpanRecord]: SpanRecord[Name] };

export function emptySpanRecord(): WritableSpanRecord {
  return { ...empty };
}

/** Writes all of a span into `record`. */
export function fillSpanRecord(record: WritableSpanRecord, span: ReadableSpan, attributes: readonly unknown[]): void {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const { parentSpanContext: parent, events, links, status, startTime, endTime } = span;
  record.traceId = traceId;
  record.spanId = spanId;
  record.parentSpanId = parent?.spanId;
  record.traceState = traceState === undefined ? undefined : stateString(traceState);
  record.flags = wireFlags(traceFlags, parent);
  record.name = span.name;
  record.kind = span.kind;
  record.startSeconds = startTime[0];
  record.startNanos = startTime[1];
  record.endSeconds = endTime[0];
  record.endNanos = endTime[1];
  record.attributes = attributes;
  record.droppedAttributesCount = span.droppedAttributesCount;
  record.events = events.length === 0 ? none : events.map(eventRecord);
  record.droppedEventsCount = span.droppedEventsCount;
  record.links = links.length === 0 ? none : links.map(linkRecord);
  record.droppedLinksCount = span.droppedLinksCount;
  record.statusCode = status.code;
  record.statusMessage = status.message;
}

const none: readonly never[] = [];

const empty: SpanRecord = {
  traceId: '',
  spanId: '',
  parentSpanId: undefined,
  traceState: undefined,
  flags: 0,
  name: '',
  kind: 0,
  startSeconds: 0,
  startNanos: 0,
  endSeconds: 0,
  endNanos: 0,
  attributes: none,
  droppedAttributesCount: 0,
  events: none,
  droppedEventsCount: 0,
  links: none,
  droppedLinksCount: 0,
  statusCode: 0,
  statusMessage: undefined,
};

/** The flags of a span or link: those of the trace, with "has is_remote" and "is_remote" (opentelemetry-proto, SpanFlags). */
function wireFlags(traceFlags: number, of: SpanContext | undefined): number {
  return (traceFlags & 0xff) | (of?.isRemote === true ? 0x300 : 0x100);
}

function eventRecord({ name, time, attributes, droppedAttributesCount = 0 }: TimedEvent): SpanEventRecord {
  return { name, seconds: time[0], nanos: time[1], attributes: listOfObject(attributes), droppedAttributesCount };
}

function linkRecord(link: Link & { droppedAttributesCount?: number }): SpanLinkRecord {
  const { context, attributes, droppedAttributesCount = 0 } = link;
  const { traceId, spanId, traceFlags, traceState } = context;
  return {
    traceId,
    spanId,
    traceState: traceState === undefined ? undefined : stateString(traceState),
    flags: wireFlags(traceFlags, context),
    attributes: listOfObject(attributes),
    droppedAttributesCount,
  };
}

/** Without it, rather than without the span. */
function stateString(state: TraceState): string | undefined {
  try {
    return state.serialize();
  } catch {
    return undefined;
  }
}
