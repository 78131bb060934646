import { buildSchema, GraphQLError, type GraphQLSchema } from 'graphql';
import type { ServiceRow } from '../model/answers.js';
import type { Broadcaster } from '../model/broadcaster.js';
import type { DeliveredMessage, LiveMessage, TopicStatistics } from '../model/message.js';
import { typeDefinitions } from './type-definitions.js';

export const liveSchema: GraphQLSchema = buildSchema(typeDefinitions);

/** What one query, or one event of a subscription, may still use up. */
export interface OperationContext {
  /** Characters of payloads. */
  payloadsLeft: number;
}

export function operationContext(): OperationContext {
  return { payloadsLeft: MAX_PAYLOADS };
}

export interface RootOptions {
  readonly broadcaster: Broadcaster;
  readonly services: () => readonly ServiceRow[] | Promise<readonly ServiceRow[]>;
}

/** What the fields of `Query` and `Subscription` give. */
export interface RootValue {
  topics(): readonly TopicStatistics[];
  messages(given: MessagesArguments): readonly MessageFields[];
  message(given: { readonly id: string }): MessageFields | null;
  services(): readonly ServiceRow[] | Promise<readonly ServiceRow[]>;
  pubsubStream(
    given: StreamArguments,
    context: OperationContext,
  ): AsyncIterableIterator<{ readonly pubsubStream: MessageFields }>;
}

interface MessagesArguments {
  readonly topic?: string | null;
  readonly type?: string | null;
  readonly after?: string | null;
  readonly limit?: number | null;
}

interface StreamArguments {
  readonly topic: string;
  readonly type?: string | null;
  readonly after?: string | null;
  readonly maxPerSecond?: number | null;
}

export function rootValueOf({ broadcaster, services }: RootOptions): RootValue {
  return {
    topics: () => broadcaster.statistics(),
    messages({ topic, type, after, limit }) {
      const max = wholeNumber('limit', limit ?? DEFAULT_LIMIT, MAX_LIMIT);
      const query = { topic: topic ?? undefined, type: type ?? undefined, after: after ?? undefined, limit: max };
      const { messages, skipped } = broadcaster.read(query);
      return messages.map((message, i) => fieldsOf(message, query.after !== undefined && i === 0 ? skipped : null));
    },
    message({ id }) {
      const message = broadcaster.find(id);
      return message === undefined ? null : fieldsOf(message, null);
    },
    services,
    pubsubStream({ topic, type, after, maxPerSecond }, context) {
      if (topic === '') throw new GraphQLError('The topic is empty. Name one, such as "events".');
      if (after != null && !/^[\w-]+:\d+$/.test(after)) {
        throw new GraphQLError('"after" is no id of a message. Give the id of the last one received.');
      }
      const messages = broadcaster.subscribe(topic, {
        type: type ?? undefined,
        after: after ?? undefined,
        maxPerSecond: wholeNumber('maxPerSecond', maxPerSecond ?? MAX_PER_SECOND, MAX_PER_SECOND),
      });
      return streamed(messages, context);
    },
  };
}

/** A message as its fields: `payload` is read only if it is asked for. */
export interface MessageFields extends Omit<LiveMessage, 'payload'> {
  readonly timestamp: string;
  readonly dropped: number | null;
  payload(given: unknown, context: OperationContext): unknown;
}

function fieldsOf(message: LiveMessage, dropped: number | null): MessageFields {
  return {
    ...message,
    timestamp: new Date(message.timestampMs).toISOString(),
    dropped,
    payload(_given, context) {
      context.payloadsLeft -= sizeOf(message.payload);
      if (context.payloadsLeft < 0) throw new GraphQLError('The answer is too long. Ask for fewer messages.');
      return message.payload;
    },
  };
}

function sizeOf(payload: unknown): number {
  return typeof payload === 'string' ? payload.length : JSON.stringify(payload).length;
}

/** Ends the subscription with the iterator, even while it waits. */
function streamed(
  messages: AsyncIterableIterator<DeliveredMessage>,
  context: OperationContext,
): AsyncIterableIterator<{ readonly pubsubStream: MessageFields }> {
  return {
    async next() {
      const { value, done } = await messages.next();
      if (done === true) return { value: undefined, done };
      context.payloadsLeft = MAX_PAYLOADS;
      const dropped = value.isLossUnknown === true ? null : value.droppedBefore;
      return { value: { pubsubStream: fieldsOf(value, dropped) }, done: false };
    },
    async return() {
      await messages.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function wholeNumber(name: string, value: number, max: number): number {
  if (value >= 1 && value <= max) return value;
  throw new GraphQLError(`"${name}" is ${value}. Give a whole number from 1 to ${max}.`);
}

const MAX_PAYLOADS = 8_000_000;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
const MAX_PER_SECOND = 500;
