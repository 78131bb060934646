import { isHexId, wrongId } from './hex-ids.js';
import { attributesJson, stringJson } from './json-values.js';
import type { NestedLimits } from './nested-limits.js';
import type { SpanEventRecord, SpanLinkRecord, SpanRecord } from './span-record.js';

/**
 * A Span in OTLP's JSON form. Fields that have protobuf's default value are left out, but for name, attributes and status: who reads JSON
 * by hand expects them.
 */
export function spanJson(span: SpanRecord, nested: NestedLimits): string {
  const { traceId, spanId, parentSpanId, statusMessage = '' } = span;
  if (!isHexId(traceId, 16)) throw wrongId('trace id', traceId, 16);
  if (!isHexId(spanId, 8)) throw wrongId('span id', spanId, 8);
  let json = `{"traceId":"${traceId}","spanId":"${spanId}"`;
  json += textJson('traceState', span.traceState);
  if (parentSpanId !== undefined && isHexId(parentSpanId, 8)) json += `,"parentSpanId":"${parentSpanId}"`;
  json += `,"flags":${span.flags >>> 0},"name":${stringJson(span.name)}${countJson('kind', span.kind + 1)}`;
  json += `,"startTimeUnixNano":"${nanosText(span.startSeconds, span.startNanos)}"`;
  json += `,"endTimeUnixNano":"${nanosText(span.endSeconds, span.endNanos)}"`;
  json += `,"attributes":${attributesJson(span.attributes, nested)}`;
  json += countJson('droppedAttributesCount', span.droppedAttributesCount);
  if (span.events.length > 0) json += `,"events":[${span.events.map((each) => eventJson(each, nested)).join()}]`;
  json += countJson('droppedEventsCount', span.droppedEventsCount);
  if (span.links.length > 0) json += `,"links":[${span.links.map((each) => linkJson(each, nested)).join()}]`;
  json += countJson('droppedLinksCount', span.droppedLinksCount);
  return `${json},"status":{"code":${span.statusCode >>> 0}${textJson('message', statusMessage)}}}`;
}

function eventJson(event: SpanEventRecord, nested: NestedLimits): string {
  const attributes = event.attributes.length > 0 ? `,"attributes":${attributesJson(event.attributes, nested)}` : '';
  const dropped = countJson('droppedAttributesCount', event.droppedAttributesCount);
  const time = nanosText(event.seconds, event.nanos);
  return `{"timeUnixNano":"${time}"${textJson('name', event.name)}${attributes}${dropped}}`;
}

function linkJson(link: SpanLinkRecord, nested: NestedLimits): string {
  const traceId = isHexId(link.traceId, 16) ? `,"traceId":"${link.traceId}"` : '';
  const spanId = isHexId(link.spanId, 8) ? `,"spanId":"${link.spanId}"` : '';
  const attributes = link.attributes.length > 0 ? `,"attributes":${attributesJson(link.attributes, nested)}` : '';
  const dropped = countJson('droppedAttributesCount', link.droppedAttributesCount);
  return `{"flags":${link.flags >>> 0}${traceId}${spanId}${textJson('traceState', link.traceState)}${attributes}${dropped}}`;
}

/** A member after another; nothing for an empty string. */
export function textJson(name: string, text: string | undefined): string {
  return text === undefined || text === '' ? '' : `,"${name}":${stringJson(text)}`;
}

/** A member after another; nothing for 0. */
export function countJson(name: string, count: number): string {
  return count > 0 ? `,"${name}":${count >>> 0}` : '';
}

/** Nanoseconds since 1970 as decimal digits. */
export function nanosText(seconds: number, nanos: number): string {
  const isKnown = seconds >= 0 && seconds <= MAX_SECONDS && nanos >= 0;
  if (!isKnown || (seconds === 0 && nanos === 0)) return '0';
  return nanos < 1e9 && seconds > 0
    ? `${seconds}${String(nanos).padStart(9, '0')}`
    : String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
}

const MAX_SECONDS = 18_446_744_072;
