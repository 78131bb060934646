import type { SpanEventRecord, SpanLinkRecord, SpanRecord } from '../encode/span-record.js';
import type { DecodeState } from './decode-limits.js';
import { hexOf, int32Of, type JsonObject, listOf, objectOf, textOf, timeOf } from './json-fields.js';
import { attributesOf } from './json-values.js';
import { apiKind, takesEvent } from './protobuf-spans.js';

/** A Span in OTLP's JSON form. */
export function spanOf(span: JsonObject, state: DecodeState): SpanRecord {
  const [startSeconds, startNanos] = timeOf(span['startTimeUnixNano'], 'startTimeUnixNano');
  const [endSeconds, endNanos] = timeOf(span['endTimeUnixNano'], 'endTimeUnixNano');
  const status = objectOf(span['status'], 'status');
  return {
    traceId: hexOf(span['traceId'], 'traceId'),
    spanId: hexOf(span['spanId'], 'spanId'),
    parentSpanId: hexOf(span['parentSpanId'], 'parentSpanId') || undefined,
    traceState: textOf(span['traceState'], 'traceState', state) || undefined,
    flags: int32Of(span['flags'], 'flags') >>> 0,
    name: textOf(span['name'], 'name', state),
    kind: apiKind(int32Of(span['kind'], 'kind')),
    startSeconds,
    startNanos,
    endSeconds,
    endNanos,
    attributes: attributesOf(span['attributes'], 'attributes', state),
    droppedAttributesCount: droppedOf(span, 'droppedAttributesCount'),
    events: eachOf(span['events'], 'events', state, eventOf),
    droppedEventsCount: droppedOf(span, 'droppedEventsCount'),
    links: eachOf(span['links'], 'links', state, linkOf),
    droppedLinksCount: droppedOf(span, 'droppedLinksCount'),
    statusCode: int32Of(status?.['code'], 'code'),
    statusMessage: textOf(status?.['message'], 'message', state) || undefined,
  };
}

/** As many as `maxEvents`, each read from its object. */
export function eachOf<T>(
  value: unknown,
  name: string,
  state: DecodeState,
  read: (object: JsonObject, state: DecodeState) => T,
): T[] {
  const list: T[] = [];
  for (const each of listOf(value, name)) {
    if (takesEvent(list, state)) list.push(read(objectOf(each, name) ?? {}, state));
  }
  return list;
}

function eventOf(event: JsonObject, state: DecodeState): SpanEventRecord {
  const [seconds, nanos] = timeOf(event['timeUnixNano'], 'timeUnixNano');
  return {
    name: textOf(event['name'], 'name', state),
    seconds,
    nanos,
    attributes: attributesOf(event['attributes'], 'attributes', state),
    droppedAttributesCount: droppedOf(event, 'droppedAttributesCount'),
  };
}

function linkOf(link: JsonObject, state: DecodeState): SpanLinkRecord {
  return {
    traceId: hexOf(link['traceId'], 'traceId'),
    spanId: hexOf(link['spanId'], 'spanId'),
    traceState: textOf(link['traceState'], 'traceState', state) || undefined,
    flags: int32Of(link['flags'], 'flags') >>> 0,
    attributes: attributesOf(link['attributes'], 'attributes', state),
    droppedAttributesCount: droppedOf(link, 'droppedAttributesCount'),
  };
}

function droppedOf(object: JsonObject, name: string): number {
  return int32Of(object[name], name) >>> 0;
}
