import { type Attributes, type Context, context, type Link, type Span, SpanKind, trace } from '@opentelemetry/api';
import { type Clock, callThen, type Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import { type CarryOptions, injectContext } from '../carriers/carry-context.js';
import { mapCarrier } from '../carriers/map-carrier.js';
import { listOf, optionOf, textOption } from '../foreign-values.js';
import { baggagePropagator } from '../propagation/baggage-propagator.js';
import { compositePropagator } from '../propagation/composite-propagator.js';
import { w3cPropagator } from '../propagation/w3c-propagator.js';
import { createSpans, type SpanBuilder } from '../spans/create-spans.js';
import { runInSpan } from '../spans/run-in-span.js';
import { BatchedMessages, type CountedBy } from './batched-messages.js';
import { batchContext, consumerContext, type RelationOptions } from './consumer-context.js';
import { type EnvelopeHead, encodeEnvelope, encodeEnvelopeBytes } from './encode-envelope.js';
import { logFailure } from './log-failure.js';
import { ENVELOPE_VERSION, type MessageEnvelope } from './message-envelope.js';
import { carriedFields, currentIds, runAsBatch, runAsMessage } from './message-fields.js';
import { type MessageMetrics, messageMetrics, type Outcome } from './message-metrics.js';
import { batchAttributes, type MessagingOperation, messageAttributes, spanName } from './messaging-attributes.js';
import { MOST_TEXT, openEnvelope } from './open-envelope.js';
import type { MessageRoute, OutgoingMessage } from './outgoing-message.js';
import type { ReceivedMessage } from './received-message.js';
import { messageCheck } from './right-message.js';
import { unlinkedSenders } from './unlinked-senders.js';

export interface MessagePropagatorOptions {
  /** Which service sends: `source` of its messages. */
  readonly source: string;
  /** `messaging.system` of spans, such as `kafka`. */
  readonly system?: string | undefined;
  /** Which fields `trace` has. Default: W3C Trace Context and Baggage. */
  readonly propagator?: CarryOptions['propagator'];
  /** Starts the spans of messages, with its redaction, limits and sampling: `obs.spans`. Default: `createSpans()`. */
  readonly spans?: Pick<SpanBuilder, 'startSpan'> | undefined;
  /** Counts what is handled, how long messages took, and which came without a right envelope. */
  readonly metrics?: MetricsCollector | undefined;
  /** Takes a line for each handler that fails, with its error and the ids of its message: `obs.logger`. Default: none. */
  readonly logger?: Log | undefined;
  /**
   * Fields of `@sightline/context` that go along with messages, and are taken of those received: whatever else a peer sends stays in
   * `message.context`. Default: `user_id` and `run_id`.
   */
  readonly contextFields?: readonly string[] | undefined;
  /** Longest text or bytes that are parsed; longer messages are handled unparsed. Default 16 MiB. */
  readonly maxBytes?: number | undefined;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /** Makes ids of messages and correlations. Default: random UUIDs. */
  readonly idGenerator?: (() => string) | undefined;
}

export interface WrapOptions extends MessageRoute {
  /** Makes a span `create {destination}` whose context the message carries. Default: it carries the active one's. */
  readonly span?: boolean | undefined;
}

export interface HandleOptions extends RelationOptions, MessageRoute {
  /** What the span is called before its destination. Default `process`. */
  readonly operation?: string | undefined;
  /** What `extractContext` read from the headers that brought the message, where its context is not (only) in the envelope. */
  readonly context?: Context | undefined;
  readonly attributes?: Attributes | undefined;
}

export interface HandleBatchOptions extends MessageRoute {
  /** Default `process`. */
  readonly operation?: string | undefined;
  /** Starts a new trace even where a span is active. Default true. */
  readonly root?: boolean | undefined;
  readonly attributes?: Attributes | undefined;
}

const mostBytes = 16 * 1024 * 1024;

/**
 * Sends trace context, correlation and context fields along with messages, and handles messages in the context they came
 * from. Wrapping leaves the payload as it is; handling never refuses a message, whatever it looks like.
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
  readonly #right: <Payload>(message: OutgoingMessage<Payload>) => OutgoingMessage<Payload>;

  /** @throws TypeError without a `source` of at most 256 characters */
  constructor(options: MessagePropagatorOptions) {
    const { source, clock, metrics, idGenerator } = options;
    if (typeof source !== 'string' || source === '') {
      throw new TypeError('[tracing] MessagePropagator needs a source. Pass { source: "name-of-this-service" }.');
    }
    if (source.length > MOST_TEXT) {
      throw new TypeError(
        `[tracing] MessagePropagator has a source of ${source.length} characters. Receivers take at most ${MOST_TEXT}.`,
      );
    }
    this.#options = options;
    this.#contextFields = checkContextFields(options.contextFields ?? ['user_id', 'run_id']);
    this.#spans = options.spans ?? createSpans();
    this.#propagator = options.propagator ?? compositePropagator([w3cPropagator, baggagePropagator]);
    this.#metrics = metrics === undefined ? undefined : messageMetrics(metrics);
    this.#right = messageCheck((field) => this.#metrics?.mistaken(field));
    this.#now = clock === undefined ? Date.now : () => clock.now();
    this.#newId = idGenerator ?? (() => crypto.randomUUID());
  }

  /**
   * The envelope as an object, with the payload itself in it. Its `json`, if that was given instead, is parsed.
   * @throws SyntaxError for `json` that is none
   */
  wrap<Payload>(message: OutgoingMessage<Payload>, options: WrapOptions = {}): MessageEnvelope<Payload> {
    const right = this.#right(message);
    const { payload, json } = right;
    const text = json instanceof Uint8Array ? new TextDecoder().decode(json) : json;
    return { ...this.#head(right, options), payload: text === undefined ? (payload as Payload) : JSON.parse(text) };
  }

  /** The envelope as JSON text. @throws what JSON.stringify throws for the payload */
  encode(message: OutgoingMessage, options: WrapOptions = {}): string {
    const right = this.#right(message);
    return encodeEnvelope(this.#head(right, options), right.payload, right.json);
  }

  /** The envelope as JSON in UTF-8. @throws what JSON.stringify throws for the payload */
  encodeBytes(message: OutgoingMessage, options: WrapOptions = {}): Uint8Array {
    const right = this.#right(message);
    return encodeEnvelopeBytes(this.#head(right, options), right.payload, right.json);
  }

  /**
   * Runs `publish` in a span `send {destination}` of the kind PRODUCER, whose context the envelope carries, and returns what
   * it returned. Where the message brings a context of its own, that one is sent, and the kind is CLIENT.
   */
  send<Payload, T>(
    message: OutgoingMessage<Payload>,
    publish: (envelope: MessageEnvelope<Payload>) => T,
    route: MessageRoute = {},
  ): T {
    const right = this.#right(message);
    const identified = { ...right, id: right.id ?? this.#newId(), correlation_id: this.#correlationOf(right) };
    const span = this.#producerSpan('send', identified, route);
    return runInSpan(span, () => publish(this.wrap(identified)));
  }

  /** Reads a message without handling it: text, bytes or a parsed object. Never throws. */
  open<Payload = unknown>(input: unknown): ReceivedMessage<Payload> {
    return openEnvelope(input, this.#options.maxBytes ?? mostBytes);
  }

  /**
   * Runs `fn` for a message (text, bytes, a parsed object, or what `open` gave) in a CONSUMER span, with the sender's baggage
   * and the message's context fields, and returns what `fn` returned. The span ends as `runInSpan` says.
   */
  handle<T, Payload = unknown>(
    input: unknown,
    fn: (message: ReceivedMessage<Payload>, span: Span) => T,
    options: HandleOptions = {},
  ): T {
    const message = this.open<Payload>(input);
    const consumer = consumerContext(message, this.#propagator, options);
    const operation = this.#operation(textOption(options, 'operation') ?? 'process', 'process', options);
    const by = this.#batched.take(message, input);
    const arrival = this.#arrival(message, by);
    const attributes = { ...messageAttributes(operation, message), ...arrival, ...givenAttributes(options) };
    const counted = (outcome: Outcome) => (isNews(by, outcome) ? [message] : []);
    return this.#consume(spanName(operation, message.name), attributes, consumer, (span) =>
      runAsMessage(message, this.#contextFields, () => this.#watched([message], counted, () => fn(message, span))),
    );
  }

  /**
   * Runs `fn` for messages that came together in one CONSUMER span, which links to the sender of each. A message that `fn`
   * gives to `handle` is counted by its own outcome, the others by that of the batch.
   */
  handleBatch<T, Payload = unknown>(
    inputs: readonly unknown[],
    fn: (messages: ReadonlyArray<ReceivedMessage<Payload>>, span: Span) => T,
    options: HandleBatchOptions = {},
  ): T {
    const list = listOf(inputs) ?? [inputs];
    const messages = list.map((input) => this.open<Payload>(input));
    const consumer = batchContext(messages, this.#propagator, optionOf(options, 'root') ?? true);
    const operation = this.#operation(textOption(options, 'operation') ?? 'process', 'process', options);
    const names = new Set(messages.map((message) => message.name));
    const [name] = names.size === 1 ? names : [];
    const by = messages.map((message, i) => this.#batched.take(message, list[i]));
    for (const [i, message] of messages.entries()) this.#arrival(message, by[i]);
    const attributes = { ...batchAttributes(operation, messages), ...givenAttributes(options) };
    const end = this.#metrics === undefined ? undefined : this.#batched.begin(messages, list);
    const counted = (outcome: Outcome) => {
      const isLeft = end?.(outcome) ?? [];
      return messages.filter((_, i) => isLeft[i] === true && isNews(by[i], outcome));
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
    return message.correlation_id ?? currentIds().correlation_id?.slice(0, MOST_TEXT) ?? this.#newId();
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
    return this.#spans.startSpan(spanName(operation, message.name), { kind, attributes });
  }

  #operation(
    operation: string,
    operationType: MessagingOperation['operationType'],
    route: MessageRoute,
  ): MessagingOperation {
    return {
      operation,
      operationType,
      system: textOption(route, 'system') ?? this.#options.system,
      destination: textOption(route, 'destination'),
      destinationTemplate: textOption(route, 'destinationTemplate'),
    };
  }

  /** Counts the message as it is unless a batch does, and gives what its span says of its arrival. */
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
      const span = this.#spans.startSpan(name, { kind: SpanKind.CONSUMER, attributes, links });
      return runInSpan(span, () => fn(span));
    });
  }

  /**
   * Counts how the handler ended, and logs its failure in the context of the message.
   * @param counted the messages that this outcome is counted for
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
  throw new TypeError('[tracing] MessagePropagator has contextFields that are no list of names: ["user_id"].');
}

/** Whether an outcome is to be counted: a batch that has ended well has counted its messages, so only a failure is new. */
function isNews(by: CountedBy, outcome: Outcome): boolean {
  return by !== 'ended_batch' || outcome === 'error';
}
