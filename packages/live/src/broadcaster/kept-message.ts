import type { LiveMessage } from '../model/message.js';

/** A message as a topic keeps it: one flat string for the payload, parsed when it is read. */
export interface KeptMessage {
  /** Of the topic, from 0. */
  readonly index: number;
  /** Of all topics together. */
  readonly order: number;
  readonly topic: string;
  readonly type: string;
  readonly timestampMs: number;
  readonly source: string;
  readonly json: string;
  readonly isCut: boolean;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly messageId: string | null;
  /** An estimate of the memory that it takes. */
  readonly bytes: number;
}

export function messageOf(kept: KeptMessage, id: string): LiveMessage {
  const { topic, type, timestampMs, source, json, isCut } = kept;
  const { traceId, spanId, correlationId, causationId, messageId } = kept;
  const payload: unknown = JSON.parse(json);
  return {
    id,
    topic,
    type,
    timestampMs,
    source,
    payload,
    isCut,
    traceId,
    spanId,
    correlationId,
    causationId,
    messageId,
  };
}
