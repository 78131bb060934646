import { writeHexId } from './hex-ids.js';
import type { LogRecordFields } from './log-record-fields.js';
import { writeTime } from './protobuf-spans.js';
import { writeAnyValue, writeAttributes } from './protobuf-values.js';
import { closeField, FIXED32, openField, putFixed32, writeTextField, writeUint32 } from './protobuf-wire.js';
import type { PageWriter } from './record-pages.js';

/** The content of a LogRecord (opentelemetry-proto 1.x, logs.proto). */
export function writeLogRecord(writer: PageWriter, record: LogRecordFields): void {
  const { severityText, body, traceId, spanId, eventName } = record;
  writeTime(writer, 1, record.timeSeconds, record.timeNanos);
  writeUint32(writer, 2, record.severityNumber);
  if (severityText !== undefined) writeTextField(writer, 3, severityText);
  if (body !== undefined) {
    const mark = openField(writer, 5);
    writeAnyValue(writer, body);
    closeField(writer, mark);
  }
  writeAttributes(writer, 6, record.attributes);
  writeUint32(writer, 7, record.droppedAttributesCount);
  if (record.flags !== 0) {
    writer.reserve(5);
    writer.buffer[writer.at++] = 8 * 8 + FIXED32;
    putFixed32(writer, record.flags);
  }
  if (traceId !== undefined) writeHexId(writer, 9, traceId, 16);
  if (spanId !== undefined) writeHexId(writer, 10, spanId, 8);
  writeTime(writer, 11, record.observedSeconds, record.observedNanos);
  if (eventName !== undefined) writeTextField(writer, 12, eventName);
}
