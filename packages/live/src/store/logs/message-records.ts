import type { LogRecordFields } from '@sightline/otlp/encode';
import type { PublishedMessage } from '../../model/message.js';
import { spanIdOf, traceIdOf } from '../spans/trace-ids.js';
import { attributeOf } from '../values/record-values.js';

/** The attribute of an event record that makes it a message of a topic. */
export const TOPIC = 'sightline.topic';

/** What a log record says as a message; `undefined` for a log line. */
export function messageOf(
  record: LogRecordFields,
  service: string,
): { readonly topic: string; readonly message: PublishedMessage } | undefined {
  const { attributes } = record;
  const topic = attributes.length === 0 ? undefined : attributeOf(attributes, TOPIC);
  if (typeof topic !== 'string' || topic === '') return undefined;
  // Before OTLP had a field for it, the name of an event was an attribute.
  const type = record.eventName || attributeOf(attributes, 'event.name');
  if (typeof type !== 'string' || type === '') return undefined;
  const seconds = record.timeSeconds > 0 ? record.timeSeconds : record.observedSeconds;
  const nanos = record.timeSeconds > 0 ? record.timeNanos : record.observedNanos;
  return {
    topic,
    message: {
      type,
      payload: record.body,
      source: textOf(attributes, 'sightline.source') ?? service,
      timestampMs: seconds > 0 ? seconds * 1000 + nanos / 1e6 : undefined,
      traceId: traceIdOf(record.traceId ?? ''),
      spanId: spanIdOf(record.spanId ?? ''),
      correlationId: textOf(attributes, 'messaging.message.conversation_id'),
      causationId: textOf(attributes, 'sightline.causation_id'),
      messageId: textOf(attributes, 'messaging.message.id'),
    },
  };
}

function textOf(attributes: LogRecordFields['attributes'], name: string): string | undefined {
  const value = attributeOf(attributes, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
