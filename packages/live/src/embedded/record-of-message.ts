import { flatAttributes, type LogRecordFields, type Scope } from '@sightline/otlp/encode';
import type { LiveMessage } from '../model/message.js';

/** A kept message as a log record for a viewer: its type is the event name, its payload the body (OpenTelemetry's events, with a topic). */
export function recordOfMessage(message: LiveMessage): readonly [fields: LogRecordFields, scope: Scope] {
  const { topic, type, timestampMs, source, payload, traceId, spanId, correlationId, causationId, messageId } = message;
  const seconds = Math.floor(timestampMs / 1000);
  const nanos = Math.round((timestampMs - seconds * 1000) * 1e6);
  const isInSpan = traceId !== null && spanId !== null;
  const attributes = {
    'sightline.topic': topic,
    'sightline.source': source,
    ...(messageId === null ? {} : { 'messaging.message.id': messageId }),
    ...(correlationId === null ? {} : { 'messaging.message.conversation_id': correlationId }),
    ...(causationId === null ? {} : { 'sightline.causation_id': causationId }),
  };
  const fields: LogRecordFields = {
    timeSeconds: seconds,
    timeNanos: nanos,
    observedSeconds: seconds,
    observedNanos: nanos,
    severityNumber: INFO,
    severityText: 'INFO',
    body: payload,
    attributes: flatAttributes(attributes),
    droppedAttributesCount: 0,
    traceId: isInSpan ? traceId : undefined,
    spanId: isInSpan ? spanId : undefined,
    flags: isInSpan ? 1 : 0,
    eventName: type,
  };
  return [fields, scope];
}

const INFO = 9;
const scope: Scope = { name: 'sightline.messages' };
