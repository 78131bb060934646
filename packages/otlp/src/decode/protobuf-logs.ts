import type { LogRecordFields } from '../encode/log-record-fields.js';
import type { DecodeState } from './decode-limits.js';
import type { ProtobufReader } from './protobuf-reader.js';
import { readAnyValue, readAttribute, readText } from './protobuf-values.js';

/** A LogRecord (opentelemetry-proto 1.x, logs.proto). */
export function readLogRecord(reader: ProtobufReader, state: DecodeState): LogRecordFields {
  const outer = reader.enter();
  const record = {
    timeSeconds: 0,
    timeNanos: 0,
    observedSeconds: 0,
    observedNanos: 0,
    severityNumber: 0,
    severityText: undefined as string | undefined,
    body: undefined as unknown,
    attributes: [] as unknown[],
    droppedAttributesCount: 0,
    traceId: undefined as string | undefined,
    spanId: undefined as string | undefined,
    flags: 0,
    eventName: undefined as string | undefined,
  };
  while (reader.more) {
    const tag = reader.tag();
    switch (tag) {
      case 0x09:
        reader.time();
        record.timeSeconds = reader.seconds;
        record.timeNanos = reader.nanos;
        break;
      case 0x10:
        record.severityNumber = reader.int32();
        break;
      case 0x1a:
        record.severityText = readText(reader, state) || undefined;
        break;
      case 0x2a:
        record.body = readAnyValue(reader, state, record.body ?? null, 0);
        break;
      case 0x32:
        readAttribute(reader, state, record.attributes);
        break;
      case 0x38:
        record.droppedAttributesCount = reader.uint32();
        break;
      case 0x45:
        record.flags = reader.fixed32();
        break;
      case 0x4a:
        record.traceId = reader.hex() || undefined;
        break;
      case 0x52:
        record.spanId = reader.hex() || undefined;
        break;
      case 0x59:
        reader.time();
        record.observedSeconds = reader.seconds;
        record.observedNanos = reader.nanos;
        break;
      case 0x62:
        record.eventName = readText(reader, state) || undefined;
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer);
  return record;
}
