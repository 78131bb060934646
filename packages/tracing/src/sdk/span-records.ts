import type { EncodedRecord, RecordEncoder, SpanRecord } from '@sightline/otlp/encode';
import { listOfObject } from '../tracer/attribute-list.js';
import type { RecordingSpan } from '../tracer/recording-span.js';
import { emptySpanRecord, fillSpanRecord } from '../tracer/span-record-of.js';

/** Encodes ended spans as OTLP. Throws for a span that cannot be encoded. */
export function spanRecords(encoder: RecordEncoder<SpanRecord>): (span: RecordingSpan) => EncodedRecord {
  // One object for all spans: the encoder reads it during the call only.
  const record = emptySpanRecord();
  return (span) => {
    fillSpanRecord(record, span, span.list ?? listOfObject(span.attributes));
    try {
      return encoder.encode(record, span.instrumentationScope);
    } finally {
      record.attributes = none;
    }
  };
}

const none: readonly never[] = [];
