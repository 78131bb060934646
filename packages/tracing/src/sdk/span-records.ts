import type { Link, SpanContext, TraceState } from '@opentelemetry/api';
import type { EncodedRecord, RecordEncoder, SpanEventRecord, SpanLinkRecord, SpanRecord } from '@sightline/otlp/encode';
import { listOfObject } from '../tracer/attribute-list.js';
import type { TimedEvent } from '../tracer/readable-span.js';
import type { RecordingSpan } from '../tracer/recording-span.js';

/** Encodes ended spans as OTLP. Throws for a span that cannot be encoded. */
export function spanRecords(encoder: RecordEncoder<SpanRecord>): (span: RecordingSpan) => EncodedRecord {
  // One object for all spans: the encoder reads it during the call only.
  const record: Writable<SpanRecord> = { ...emptyRecord };
  return (span) => {
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
    record.attributes = span.list ?? listOfObject(span.attributes);
    record.droppedAttributesCount = span.droppedAttributesCount;
    record.events = events.length === 0 ? none : events.map(eventRecord);
    record.droppedEventsCount = span.droppedEventsCount;
    record.links = links.length === 0 ? none : links.map(linkRecord);
    record.droppedLinksCount = span.droppedLinksCount;
    record.statusCode = status.code;
    record.statusMessage = status.message;
    try {
      return encoder.encode(record, span.instrumentationScope);
    } finally {
      record.attributes = none;
    }
  };
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const none: readonly never[] = [];

const emptyRecord: SpanRecord = {
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
