import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import type { FlatAttributes, LogRecordFields, Scope, SpanRecord } from '../src/encode/index.js';

/** A record and the scope it belongs to. */
export type Scoped<Fields> = readonly [fields: Fields, scope: Scope];

/** The same request by OpenTelemetry's own encoder. */
export function officialSpans(
  spans: ReadonlyArray<Scoped<SpanRecord>>,
  resource: FlatAttributes,
  encoding: 'protobuf' | 'json',
): Uint8Array {
  const shared = { attributes: objectOf(resource) };
  const scopeOf = scopeReader();
  const readable = spans.map(([span, scope]) => ({
    name: span.name,
    kind: span.kind,
    spanContext: () => contextOf(span.traceId, span.spanId, span.traceState, span.flags),
    parentSpanContext:
      span.parentSpanId === undefined
        ? undefined
        : {
            ...contextOf(span.traceId, span.parentSpanId, undefined, span.flags),
            isRemote: (span.flags & 0x200) !== 0,
          },
    startTime: [span.startSeconds, span.startNanos],
    endTime: [span.endSeconds, span.endNanos],
    status: { code: span.statusCode, message: span.statusMessage },
    attributes: objectOf(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(({ name, seconds, nanos, attributes, droppedAttributesCount }) => ({
      name,
      time: [seconds, nanos],
      attributes: objectOf(attributes),
      droppedAttributesCount,
    })),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(({ traceId, spanId, traceState, flags, attributes, droppedAttributesCount }) => ({
      context: { ...contextOf(traceId, spanId, traceState, flags), isRemote: (flags & 0x200) !== 0 },
      attributes: objectOf(attributes),
      droppedAttributesCount,
    })),
    droppedLinksCount: span.droppedLinksCount,
    resource: shared,
    instrumentationScope: scopeOf(scope),
  }));
  const serializer = encoding === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  type Given = Parameters<typeof serializer.serializeRequest>[0];
  return serializer.serializeRequest(readable as unknown as Given) ?? new Uint8Array();
}

export function officialLogs(
  records: ReadonlyArray<Scoped<LogRecordFields>>,
  resource: FlatAttributes,
  encoding: 'protobuf' | 'json',
): Uint8Array {
  const shared = { attributes: objectOf(resource) };
  const scopeOf = scopeReader();
  const readable = records.map(([record, scope]) => ({
    hrTime: [record.timeSeconds, record.timeNanos],
    hrTimeObserved: [record.observedSeconds, record.observedNanos],
    spanContext: { traceId: record.traceId, spanId: record.spanId, traceFlags: record.flags },
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    body: record.body,
    eventName: record.eventName,
    attributes: objectOf(record.attributes),
    droppedAttributesCount: record.droppedAttributesCount,
    resource: shared,
    instrumentationScope: scopeOf(scope),
  }));
  const serializer = encoding === 'json' ? JsonLogsSerializer : ProtobufLogsSerializer;
  type Given = Parameters<typeof serializer.serializeRequest>[0];
  return serializer.serializeRequest(readable as unknown as Given) ?? new Uint8Array();
}

/** Theirs puts records together by the identity of the scope, too. */
function scopeReader(): (scope: Scope) => object {
  const known = new Map<Scope, object>();
  return (scope) => {
    const { name, version, schemaUrl, attributes } = scope;
    const theirs = known.get(scope) ?? { name, version, schemaUrl, attributes: attributes && objectOf(attributes) };
    known.set(scope, theirs);
    return theirs;
  };
}

function contextOf(traceId: string, spanId: string, traceState: string | undefined, flags: number) {
  return { traceId, spanId, traceFlags: flags & 0xff, traceState: traceState && { serialize: () => traceState } };
}

function objectOf(flat: FlatAttributes): object {
  return Object.fromEntries(
    Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as string, flat[2 * i + 1]]),
  );
}
