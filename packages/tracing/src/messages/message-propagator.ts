import { type Attributes, type Context, context, type Link, type Span, SpanKind, trace } from '@opentelemetry/api';
import { type Clock, callThen, type Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import { type CarryOptions, injectContext } from '../carriers/carry-context.js';
import { mapCarrier } from '../carriers/map-carrier.js';
import { baggagePropagator } from '../propagation/baggage-propagator.js';
import { compositePropagator } from '../propagation/composite-propagator.js';
import { w3cPropagator } from '../propagation/w3c-propagator.js';
import { createSpans, type SpanBuilder } from '../spans/create-spans.js';
import { runInSpan } from '../spans/run-in-span.js';
import { listOf, optionOf, stringOption } from '../untrusted-values.js';
import { BatchedMessages, type CountedBy } from './batched-messages.js';
import { batchContext, consumerContext, type RelationOptions } from './consumer-context.js';
import { type EnvelopeHead, encodeEnvelope, encodeEnvelopeBytes } from './encode-envelope.js';
import { logFailure } from './log-failure.js';
import { ENVELOPE_VERSION, type MessageEnvelope } from './message-envelope.js';
import { carriedFields, currentIds, runAsBatch, runAsMessage } from './message-fields.js';
import { type MessageMetrics, messageMetrics, type Outcome } from './message-metrics.js';
import { batchAttributes, type MessagingOperation, messageAttributes, spanName } from './messaging-attributes.js';
import { messageNormalizer } from './normalize-message.js';
import { MAX_LENGTH, openEnvelope } from './open-envelope.js';
import type { MessageRoute, OutgoingMessage } from './outgoing-message.js';
import { checkParts, startSpanOf } from './propagator-parts.js';
import type { ReceivedMessage } from './received-message.js';
import { unlinkedSenders } from './unlinked-senders.js';

export interface MessagePropagatorOptions {
  /** The name of the sending service: `source` of its messages. */
  readonly source: string;
  /** `messaging.system` of spans, such as `kafka`. */
  readonly system?: string | undefined;
  /** Reads and writes the fields in `trace`. Default: W3C Trace Context and Baggage. */
  readonly propagator?: CarryOptions['propagator'];
  /** Starts the spans of messages, with its redaction, limits and sampling: `obs.spans`. Default: `createSpans()`. */
  readonly spans?: Pick<SpanBuilder, 'startSpan'> | undefined;
  /** Counts handled messages, their delays, and problems of their envelopes. */
  readonly metrics?: MetricsCollector | undefined;
  /** Writes a line for each handler that fails, with its error and the ids of its message: `obs.logger`. Default: none. */
  readonly logger?: Log | undefined;
  /**
   * Fields of `@sightline/context` to send with messages, and to accept from received ones. All other fields of a peer stay in
   * `message.context`. Default: `user_id` and `run_id`.
   */
  readonly contextFields?: readonly string[] | undefined;
  /** Longest string or bytes that are parsed; longer messages are handled unparsed. Default 16 MiB. */
  readonly maxBytes?: number | undefined;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /** Creates ids of messages and correlations. Default: random UUIDs. */
  readonly idGenerator?: (() => string) | undefined;
}

export interface WrapOptions extends MessageRoute {
  /** Creates a span `create {destination}`; the message carries its context. Default: it carries that of the active span. */
  readonly span?: boolean | undefined;
}

export interface HandleOptions extends RelationOptions, MessageRoute {
  /** The span is called `{operation} {destination}`. Default `process`. */
  readonly operation?: string | undefined;
  /** The result of `extractContext` for the protocol's headers, if the context is not (only) in the envelope. */
  readonly context?: Context | undefined;
  readonly attributes?: Attributes | undefined;
}

export interface HandleBatchOptions extends MessageRoute {
  /** Default `process`. */
  readonly operation?: string | undefined;
  /** Starts a new trace even if a span is active. Default true. */
  readonly root?: boolean | undefined;
  readonly attributes?: Attributes | undefined;
}

const maxBytes = 16 * 1024 * 1024;

/**
 * Sends trace context, correlation id and context fields with messages, and handles messages in the context of their sender.
 * Wrapping does not change the payload; handling never refuses a message.
 */
export class MessagePropagator {
  readonly #options: MessagePropagatorOptions;
  readonly #propagator: NonNullable<CarryOptions['propagator']>;
  readonly #spans: Pick<SpanBuilder, 'startSpan'>;
  readonly #contextFields: readonly string[];
  readonly #metrics: MessageMetrics | undefined;
  readonly #now: () => number;
  readonly #newId: () => string;
  readonly #batched = new BatchedMessages();
  readonly #normalize: <Payload>(message: OutgoingMessage<Payload>) => OutgoingMessage<Payload>;

  /** @throws TypeError without a `source` of at most 256 characters */
  constructor(options: MessagePropagatorOptions) {
    const { source, clock, metrics, idGenerator } = options;
    if (typeof source !== 'string' || source === '') {
      throw new TypeError('[tracing] MessagePropagator needs a source. Pass { source: "name-of-this-service" }.');
    }
    if (source.length > MAX_LENGTH) {
      throw new TypeError(
        `[tracing] MessagePropagator has a source of ${source.length} characters. Give one of at most ${MAX_LENGTH}.`,
      );
    }
    checkParts(options);
    this.#options = options;
    this.#contextFields = checkContextFields(options.contextFields ?? ['user_id', 'run_id']);
    this.#spans = options.spans ?? createSpans();
    this.#propagator = options.propagator ?? compositePropagator([w3cPropagator, baggagePropagator]);
    this.#metrics = metrics === undefined ? undefined : messageMetrics(metrics);
    this.#normalize = messageNormalizer((field) => this.#metrics?.invalid(field));
    this.#now = clock === undefined ? Date.now : () => clock.now();
    this.#newId = idGenerator ?? (() => crypto.randomUUID());
  }

  /**
   * The envelope as an object that holds the payload itself. Parses `json`, if that is given instead.
   * @throws SyntaxError if `json` is no JSON
   */
  wrap<Payload>(message: OutgoingMessage<Payload>, options: WrapOptions = {}): MessageEnvelope<Payload> {
    const normalized = this.#normalize(message);
    const { payload, json } = normalized;
    const text = json instanceof Uint8Array ? new TextDecoder().decode(json) : json;
    return {
      ...this.#head(normalized, options),
      payload: text === undefined ? (payload as Payload) : JSON.parse(text),
    };
  }

  /** The envelope as a JSON string. @throws the error of JSON.stringify for the payload */
  encode(message: OutgoingMessage, options: WrapOptions = {}): string {
    const normalized = this.#normalize(message);
    return encodeEnvelope(this.#head(normalized, options), normalized.payload, normalized.json);
  }

  /** The envelope as JSON in UTF-8. @throws the error of JSON.stringify for the payload */
  encodeBytes(message: OutgoingMessage, options: WrapOptions = {}): Uint8Array {
    const normalized = this.#normalize(message);
    return encodeEnvelopeBytes(this.#head(normalized, options), normalized.payload, normalized.json);
  }

  /**
   * Runs `publish` in a span `send {destination}` and returns its result. The envelope carries the span's context, and the
   * span's kind is PRODUCER. If the message has a context already, that one is sent, and the kind is CLIENT.
   */
  send<Payload, T>(
    message: OutgoingMessage<Payload>,
    publish: (envelope: MessageEnvelope<Payload>) => T,
    route: MessageRoute = {},
  ): T {
    const normalized = this.#normalize(message);
    const identified = {
      ...normalized,
      id: normalized.id ?? this.#newId(),
      correlation_id: this.#correlationOf(normalized),
    };
    const span = this.#producerSpan('send', identified, route);
    return runInSpan(span, () => publish(this.wrap(identified)));
  }

  /** Reads a message without handling it: a string, bytes or a parsed object. Never throws. */
  open<Payload = unknown>(input: unknown): ReceivedMessage<Payload> {
    return openEnvelope(input, this.#options.maxBytes ?? maxBytes);
  }

  /**
   * Runs `fn` for a message (a string, bytes, a parsed object, or the result of `open`) in a CONSUMER span, with the sender's
   * baggage and the message's context fields, and returns the result of `fn`. The span ends as in `runInSpan`.
   */
  handle<T, Payload = unknown>(
    input: unknown,
    fn: (message: ReceivedMessage<Payload>, span: Span) => T,
    options: HandleOptions = {},
  ): T {
    const message = this.open<Payload>(input);
    const consumer = consumerContext(message, this.#propagator, options);
    const operation = this.#operation(stringOption(options, 'operation') ?? 'process', 'process', options);
    const by = this.#batched.take(message, input);
    const arrival = this.#arrival(message, by);
    const attributes = { ...messageAttributes(operation, message), ...arrival, ...givenAttributes(options) };
    const counted = (outcome: Outcome) => (isNewOutcome(by, outcome) ? [message] : []);
    return this.#consume(spanName(operation, message.name), attributes, consumer, (span) =>
      runAsMessage(message, this.#contextFields, () => this.#watched([message], counted, () => fn(message, span))),
    );
  }

  /**
   * Runs `fn` for a batch of messages in one CONSUMER span that links to the sender of each. A message that `fn` passes to
   * `handle` is counted by its own outcome, the others by the outcome of the batch.
   */
  handleBatch<T, Payload = unknown>(
    inputs: readonly unknown[],
    fn: (messages: ReadonlyArray<ReceivedMessage<Payload>>, span: Span) => T,
    options: HandleBatchOptions = {},
  ): T {
    const list = listOf(inputs) ?? [inputs];
    const messages = list.map((input) => this.open<Payload>(input));
    const consumer = batchContext(messages, this.#propagator, optionOf(options, 'root') ?? true);
    const operation = this.#operation(stringOption(options, 'operation') ?? 'process', 'process', options);
    const names = new Set(messages.map((message) => message.name));
    const [name] = names.size === 1 ? names : [];
    const by = messages.map((message, i) => this.#batched.take(message, list[i]));
    for (const [i, message] of messages.entries()) this.#arrival(message, by[i]);
    const attributes = { ...batchAttributes(operation, messages), ...givenAttributes(options) };
    const end = this.#metrics === undefined ? undefined : this.#batched.begin(messages, list);
    const counted = (outcome: Outcome) => {
      const isLeft = end?.(outcome) ?? [];
      return messages.filter((_, i) => isLeft[i] === true && isNewOutcome(by[i], outcome));
    };
    return this.#consume(spanName(operation, name), attributes, consumer, (span) => {
      const unlinked = unlinkedSenders(span);
      if (unlinked > 0) this.#metrics?.unlinked(unlinked);
      return runAsBatch(messages, () => this.#watched(messages, counted, () => fn(messages, span)));
    });
  }

  #head(message: OutgoingMessage, options: WrapOptions): EnvelopeHead {
    const id = message.id ?? this.#newId();
    const ids = currentIds();
    const causation_id = message.causation_id ?? ids.message_id;
    const carried = message.trace ?? this.#injected({ ...message, id }, options);
    const fields = carriedFields(this.#contextFields);
    return {
      sightline: ENVELOPE_VERSION,
      id,
      type: message.type,
      name: message.name,
      timestamp: new Date(this.#now()).toISOString(),
      source: this.#options.source,
      correlation_id: this.#correlationOf(message),
      ...(causation_id === undefined ? {} : { causation_id }),
      ...(carried === undefined ? {} : { trace: carried }),
      ...(fields === undefined ? {} : { context: fields }),
    };
  }

  #correlationOf(message: OutgoingMessage): string {
    return message.correlation_id ?? currentIds().correlation_id?.slice(0, MAX_LENGTH) ?? this.#newId();
  }

  #injected(message: OutgoingMessage, options: WrapOptions): Record<string, string> | undefined {
    const fields: Record<string, string> = {};
    let active = context.active();
    if (optionOf(options, 'span') === true) {
      const span = this.#producerSpan('create', message, options);
      span.end();
      active = trace.setSpan(active, span);
    }
    injectContext(mapCarrier, fields, { context: active, propagator: this.#propagator });
    return Object.keys(fields).length === 0 ? undefined : fields;
  }

  #producerSpan(name: 'create' | 'send', message: OutgoingMessage, route: MessageRoute): Span {
    const operation = this.#operation(name, name, route);
    const ids = currentIds();
    const attributes = messageAttributes(operation, {
      ...message,
      source: this.#options.source,
      correlation_id: message.correlation_id ?? ids.correlation_id,
      causation_id: message.causation_id ?? ids.message_id,
    });
    const kind = message.trace === undefined ? SpanKind.PRODUCER : SpanKind.CLIENT;
    return startSpanOf(this.#spans, spanName(operation, message.name), { kind, attributes });
  }

  #operation(
    operation: string,
    operationType: MessagingOperation['operationType'],
    route: MessageRoute,
  ): MessagingOperation {
    return {
      operation,
      operationType,
      system: stringOption(route, 'system') ?? this.#options.system,
      destination: stringOption(route, 'destination'),
      destinationTemplate: stringOption(route, 'destinationTemplate'),
    };
  }

  /** Counts the arrival of the message unless a batch does; returns the span's attributes for it. */
  #arrival({ type, timestamp, problem }: ReceivedMessage, by: CountedBy): Attributes {
    const metrics = by === undefined ? this.#metrics : undefined;
    if (problem !== undefined) metrics?.problem(problem);
    if (timestamp === undefined) return problem === undefined ? {} : { 'sightline.message.problem': problem };
    // The sender's clock may be ahead, and either may have been set back.
    const delayMs = Math.max(0, this.#now() - Date.parse(timestamp));
    metrics?.delayed(type, delayMs);
    return {
      'sightline.message.delay_ms': delayMs,
      ...(problem === undefined ? {} : { 'sightline.message.problem': problem }),
    };
  }

  #consume<T>(
    name: string,
    attributes: Attributes,
    { parent, links }: { parent: Context; links: readonly Link[] },
    fn: (span: Span) => T,
  ): T {
    return context.with(parent, () => {
      const span = startSpanOf(this.#spans, name, { kind: SpanKind.CONSUMER, attributes, links });
      return runInSpan(span, () => fn(span));
    });
  }

  /**
   * Counts how the handler ended, and logs its failure in the context of the message.
   * @param counted the messages to count with this outcome
   */
  #watched<T>(
    messages: readonly ReceivedMessage[],
    counted: (outcome: Outcome) => readonly ReceivedMessage[],
    fn: () => T,
  ): T {
    const { logger } = this.#options;
    if (this.#metrics === undefined && logger === undefined) return fn();
    const count = (outcome: Outcome): void => {
      for (const { type } of counted(outcome)) this.#metrics?.handled(type, outcome);
    };
    const failed = (error: unknown): void => {
      count('error');
      if (logger !== undefined) logFailure(logger, messages, error);
    };
    return callThen(fn, (failure) => (failure === undefined ? count('ok') : failed(failure.error)));
  }
}

function givenAttributes(options: Pick<HandleOptions, 'attributes'>): Attributes {
  const attributes = optionOf(options, 'attributes');
  try {
    return typeof attributes === 'object' && !Array.isArray(attributes) ? { ...attributes } : {};
  } catch {
    return {}; // a getter or a proxy that throws
  }
}

function checkContextFields(fields: readonly string[]): readonly string[] {
  const names = listOf(fields);
  if (names?.every((field): field is string => typeof field === 'string')) return names;
  throw new TypeError('[tracing] MessagePropagator has contextFields that are no list of names. Pass ["user_id"].');
}

/** Whether to count an outcome: a batch that has succeeded has counted its messages, so only a failure is new. */
function isNewOutcome(by: CountedBy, outcome: Outcome): boolean {
  return by !== 'ended_batch' || outcome === 'error';
}
