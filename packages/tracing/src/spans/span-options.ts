import type { Context, Link, SpanKind, TimeInput } from '@opentelemetry/api';
import type { AttributeInputs } from './attribute-policy.js';
import type { SagaOutcome } from './saga-outcome.js';
import type { SecretKeys } from './secret-keys.js';

/** Options of every span. */
export interface SpanOptions {
  /** A function is called only if the span is recorded; its errors are ignored. */
  attributes?: AttributeInputs | (() => AttributeInputs) | undefined;
  /** Default: that of the preset, or INTERNAL. */
  kind?: SpanKind | undefined;
  /** Other traces that led to this one, such as the messages of a batch. */
  links?: readonly Link[] | undefined;
  /** The context whose span is the parent. Default: the active context. */
  parent?: Context | undefined;
  /** Begins a new trace instead of being a child of the active span. */
  root?: boolean | undefined;
  startTime?: TimeInput | undefined;
  /** More keys to hide in this span; `false` hides nothing. */
  redact?: SecretKeys | false | undefined;
}

/** Options of the spans of commands, queries and events. */
export interface CqrsSpanOptions extends SpanOptions {
  messageId?: string | undefined;
  correlationId?: string | undefined;
  /** The message that caused this one. */
  causationId?: string | undefined;
  aggregateType?: string | undefined;
  aggregateId?: string | undefined;
}

export interface SagaSpanOptions extends CqrsSpanOptions {
  sagaId?: string | undefined;
  /** Called once, after the compensations: for metrics, because spans cannot be read. Its errors are ignored. */
  onOutcome?: ((outcome: SagaOutcome) => void) | undefined;
}

export interface HttpSpanOptions extends SpanOptions {
  /** The side of the request. Default `server`. */
  side?: 'server' | 'client' | undefined;
  /** The pattern of the path, such as `/orders/:id`; never the path itself. */
  route?: string | undefined;
  /** Recorded without its secrets: complete on the client's side; as path, query and scheme on the server's. */
  url?: string | URL | undefined;
  serverAddress?: string | undefined;
  serverPort?: number | undefined;
  userAgent?: string | undefined;
}

export interface DbSpanOptions extends SpanOptions {
  /** The conventions' name: `postgresql`, `mysql`, `redis`, `mongodb` … */
  system?: string | undefined;
  /** Table, collection or container. */
  collection?: string | undefined;
  /** The name of the database. */
  namespace?: string | undefined;
  /** A short form of the query, such as `SELECT orders`. Names the span. */
  summary?: string | undefined;
  /** The query with placeholders, never with values. */
  queryText?: string | undefined;
  /** Only if several operations are sent as one. */
  batchSize?: number | undefined;
  serverAddress?: string | undefined;
  serverPort?: number | undefined;
}

export interface MessageSpanOptions extends SpanOptions {
  /** The conventions' name: `rabbitmq`, `kafka`, `nats`, `mqtt`, `redis` … */
  system?: string | undefined;
  /** Queue, topic or subject. */
  destination?: string | undefined;
  /** Names the span if the destination contains ids: `orders.{id}`. */
  destinationTemplate?: string | undefined;
  /** Default: derived from the operation; `publish` is a `send`. */
  operationType?: 'create' | 'send' | 'receive' | 'process' | 'settle' | undefined;
  /** Whether a sent message carries this span's context. Default true. */
  isPropagated?: boolean | undefined;
  messageId?: string | undefined;
  conversationId?: string | undefined;
  /** In bytes. */
  bodySize?: number | undefined;
  /** Only if one operation has several messages. */
  batchMessageCount?: number | undefined;
  consumerGroup?: string | undefined;
  clientId?: string | undefined;
  serverAddress?: string | undefined;
  serverPort?: number | undefined;
}
