import type { SpanEventRecord, SpanLinkRecord, SpanRecord } from '../encode/span-record.js';
import type { DecodeState } from './decode-limits.js';
import type { ProtobufReader } from './protobuf-reader.js';
import { readAttribute, readText } from './protobuf-values.js';

/** A Span (opentelemetry-proto 1.x, trace.proto). */
export function readSpan(reader: ProtobufReader, state: DecodeState): SpanRecord {
  const outer = reader.enter();
  let traceId = '';
  let spanId = '';
  let parentSpanId: string | undefined;
  let traceState: string | undefined;
  let flags = 0;
  let name = '';
  let kind = 0;
  let startSeconds = 0;
  let startNanos = 0;
  let endSeconds = 0;
  let endNanos = 0;
  const attributes: unknown[] = [];
  let droppedAttributesCount = 0;
  const events: SpanEventRecord[] = [];
  let droppedEventsCount = 0;
  const links: SpanLinkRecord[] = [];
  let droppedLinksCount = 0;
  let status = unset;
  while (reader.more) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        traceId = reader.hex();
        break;
      case 0x12:
        spanId = reader.hex();
        break;
      case 0x1a:
        traceState = readText(reader, state) || undefined;
        break;
      case 0x22:
        parentSpanId = reader.hex() || undefined;
        break;
      case 0x2a:
        name = readText(reader, state);
        break;
      case 0x30:
        kind = reader.int32();
        break;
      case 0x39:
        reader.time();
        startSeconds = reader.seconds;
        startNanos = reader.nanos;
        break;
      case 0x41:
        reader.time();
        endSeconds = reader.seconds;
        endNanos = reader.nanos;
        break;
      case 0x4a:
        readAttribute(reader, state, attributes);
        break;
      case 0x50:
        droppedAttributesCount = reader.uint32();
        break;
      case 0x5a:
        if (takesEvent(events, state)) events.push(readEvent(reader, state));
        else reader.skip(tag);
        break;
      case 0x60:
        droppedEventsCount = reader.uint32();
        break;
      case 0x6a:
        if (takesEvent(links, state)) links.push(readLink(reader, state));
        else reader.skip(tag);
        break;
      case 0x70:
        droppedLinksCount = reader.uint32();
        break;
      case 0x7a:
        status = readStatus(reader, state, status);
        break;
      case 0x85:
        flags = reader.fixed32();
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer);
  return {
    traceId,
    spanId,
    parentSpanId,
    traceState,
    flags,
    name,
    kind: apiKind(kind),
    startSeconds,
    startNanos,
    endSeconds,
    endNanos,
    attributes,
    droppedAttributesCount,
    events,
    droppedEventsCount,
    links,
    droppedLinksCount,
    statusCode: status.code,
    statusMessage: status.message,
  };
}

/** The API's SpanKind. Unspecified and unknown kinds are internal, as trace.proto says. */
export function apiKind(kind: number): number {
  return kind >= 1 && kind <= 5 ? kind - 1 : 0;
}

export function takesEvent(list: readonly unknown[], state: DecodeState): boolean {
  if (list.length < state.limits.maxEvents) return true;
  state.leftOut.events++;
  return false;
}

interface Status {
  readonly code: number;
  readonly message: string | undefined;
}

const unset: Status = { code: 0, message: undefined };

function readStatus(reader: ProtobufReader, state: DecodeState, former: Status): Status {
  const outer = reader.enter();
  let { code, message } = former;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x12) message = readText(reader, state) || undefined;
    else if (tag === 0x18) code = reader.int32();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return { code, message };
}

function readEvent(reader: ProtobufReader, state: DecodeState): SpanEventRecord {
  const outer = reader.enter();
  let seconds = 0;
  let nanos = 0;
  let name = '';
  const attributes: unknown[] = [];
  let droppedAttributesCount = 0;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x09) {
      reader.time();
      seconds = reader.seconds;
      nanos = reader.nanos;
    } else if (tag === 0x12) name = readText(reader, state);
    else if (tag === 0x1a) readAttribute(reader, state, attributes);
    else if (tag === 0x20) droppedAttributesCount = reader.uint32();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return { name, seconds, nanos, attributes, droppedAttributesCount };
}

function readLink(reader: ProtobufReader, state: DecodeState): SpanLinkRecord {
  const outer = reader.enter();
  let traceId = '';
  let spanId = '';
  let traceState: string | undefined;
  let flags = 0;
  const attributes: unknown[] = [];
  let droppedAttributesCount = 0;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x0a) traceId = reader.hex();
    else if (tag === 0x12) spanId = reader.hex();
    else if (tag === 0x1a) traceState = readText(reader, state) || undefined;
    else if (tag === 0x22) readAttribute(reader, state, attributes);
    else if (tag === 0x28) droppedAttributesCount = reader.uint32();
    else if (tag === 0x35) flags = reader.fixed32();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return { traceId, spanId, traceState, flags, attributes, droppedAttributesCount };
}
