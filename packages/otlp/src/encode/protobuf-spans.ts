import { writeHexId, wrongId } from './hex-ids.js';
import { writeAttributes } from './protobuf-values.js';
import {
  closeField,
  FIXED32,
  FIXED64,
  openField,
  putFixed32,
  putFixed64,
  writeTextField,
  writeUint32,
} from './protobuf-wire.js';
import type { PageWriter } from './record-pages.js';
import type { SpanEventRecord, SpanLinkRecord, SpanRecord } from './span-record.js';
import { UnixTime } from './unix-time.js';

/** The content of a Span (opentelemetry-proto 1.x, trace.proto), field by field: half the time of a table of fields that is interpreted. */
export function writeSpan(writer: PageWriter, span: SpanRecord): void {
  const { traceId, spanId, parentSpanId, traceState, statusMessage } = span;
  if (!writeHexId(writer, 1, traceId, 16)) throw wrongId('trace id', traceId, 16);
  if (!writeHexId(writer, 2, spanId, 8)) throw wrongId('span id', spanId, 8);
  if (traceState !== undefined) writeTextField(writer, 3, traceState);
  if (parentSpanId !== undefined) writeHexId(writer, 4, parentSpanId, 8);
  writeTextField(writer, 5, span.name);
  writeUint32(writer, 6, span.kind + 1);
  writeTime(writer, 7, span.startSeconds, span.startNanos);
  writeTime(writer, 8, span.endSeconds, span.endNanos);
  writeAttributes(writer, 9, span.attributes);
  writeUint32(writer, 10, span.droppedAttributesCount);
  for (const event of span.events) writeEvent(writer, event);
  writeUint32(writer, 12, span.droppedEventsCount);
  for (const link of span.links) writeLink(writer, link);
  writeUint32(writer, 14, span.droppedLinksCount);
  if (span.statusCode !== 0 || statusMessage !== undefined) writeStatus(writer, span.statusCode, statusMessage ?? '');
  writer.reserve(6);
  writer.buffer[writer.at++] = ((16 * 8 + FIXED32) & 0x7f) | 0x80;
  writer.buffer[writer.at++] = (16 * 8) >> 7;
  putFixed32(writer, span.flags);
}

/** A field of type fixed64 with a number up to 15. */
export function writeTime(writer: PageWriter, field: number, seconds: number, nanos: number): void {
  time.set(seconds, nanos);
  writer.reserve(9);
  writer.buffer[writer.at++] = field * 8 + FIXED64;
  putFixed64(writer, time.low, time.high);
}

const time = new UnixTime();

function writeEvent(writer: PageWriter, event: SpanEventRecord): void {
  const mark = openField(writer, 11);
  writeTime(writer, 1, event.seconds, event.nanos);
  writeTextField(writer, 2, event.name);
  writeAttributes(writer, 3, event.attributes);
  writeUint32(writer, 4, event.droppedAttributesCount);
  closeField(writer, mark);
}

function writeLink(writer: PageWriter, link: SpanLinkRecord): void {
  const mark = openField(writer, 13);
  writeHexId(writer, 1, link.traceId, 16);
  writeHexId(writer, 2, link.spanId, 8);
  if (link.traceState !== undefined) writeTextField(writer, 3, link.traceState);
  writeAttributes(writer, 4, link.attributes);
  writeUint32(writer, 5, link.droppedAttributesCount);
  writer.reserve(5);
  writer.buffer[writer.at++] = 6 * 8 + FIXED32;
  putFixed32(writer, link.flags);
  closeField(writer, mark);
}

function writeStatus(writer: PageWriter, code: number, message: string): void {
  const mark = openField(writer, 15);
  writeTextField(writer, 2, message);
  writeUint32(writer, 3, code);
  closeField(writer, mark);
}
