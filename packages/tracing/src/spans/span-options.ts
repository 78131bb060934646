import type { Link, SpanKind, TimeInput } from '@opentelemetry/api';
import type { AttributeInputs } from './attribute-policy.js';
import type { SagaOutcome } from './saga-outcome.js';
import type { SecretKeys } from './secret-keys.js';

/** What any span may be given. */
export interface SpanOptions {
  /** A function is called only where the span is recorded, and what it throws is ignored. */
  attributes?: AttributeInputs | (() => AttributeInputs) | undefined;
  /** Default: what the preset says, or INTERNAL. */
  kind?: SpanKind | undefined;
  /** Other traces that led to this one, as messages of a batch. */
  links?: readonly Link[] | undefined;
  /** Begins a trace of its own instead of being a child of the active span. */
  root?: boolean | undefined;
  startTime?: TimeInput | undefined;
  /** More keys to hide in this span; `false` hides nothing. */
  redact?: SecretKeys | false | undefined;
}

/** What a command, query or event may say about itself. */
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
  /** Called once, when compensations are done too: for metrics, because spans cannot be read. What it throws is ignored. */
  onOutcome?: ((outcome: SagaOutcome) => void) | undefined;
}

export interface HttpSpanOptions extends SpanOptions {
  /** Whose span it is. Default `server`. */
  side?: 'server' | 'client' | undefined;
  /** The pattern of the path, such as `/orders/:id`; never the path itself. */
  route?: string | undefined;
  /** Recorded without its secrets: whole on the client's side; as path, query and scheme on the server's. */
  url?: string | URL | undefined;
  serverAddress?: string | undefined;
  serverPort?: number | undefined;
  userAgent?: string | undefined;
}

export interface DbSpanOptions extends SpanOptions {
  /** As the conventions name it: `postgresql`, `mysql`, `redis`, `mongodb` … */
  system?: string | undefined;
  /** Table, collection or container. */
  collection?: string | undefined;
  /** The name of the database. */
  namespace?: string | undefined;
  /** A query in few words, such as `SELECT orders`, which then names the span. */
  summary?: string | undefined;
  /** The query with placeholders; never with values in it. */
  queryText?: string | undefined;
  /** Only where several operations are sent as one. */
  batchSize?: number | undefined;
  serverAddress?: string | undefined;
  serverPort?: number | undefined;
}

export interface MessageSpanOptions extends SpanOptions {
  /** As the conventions name it: `rabbitmq`, `kafka`, `nats`, `mqtt`, `redis` … */
  system?: string | undefined;
  /** Queue, topic or subject. */
  destination?: string | undefined;
  /** Names the span where the destination has ids in it: `orders.{id}`. */
  destinationTemplate?: string | undefined;
  /** Default: from the operation, such as `publish`, which is a `send`. */
  operationType?: 'create' | 'send' | 'receive' | 'process' | 'settle' | undefined;
  /** Whether a sent message carries this span's context. Default true. */
  isPropagated?: boolean | undefined;
  messageId?: string | undefined;
  conversationId?: string | undefined;
  /** In bytes. */
  bodySize?: number | undefined;
  /** Only where one operation has several messages. */
  batchMessageCount?: number | undefined;
  consumerGroup?: string | undefined;
  clientId?: string | undefined;
  serverAddress?: string | undefined;
  serverPort?: number | undefined;
}
