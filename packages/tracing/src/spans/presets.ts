import { types } from 'node:util';
import { SpanKind } from '@opentelemetry/api';
import type { AttributeInputs } from './attribute-policy.js';
import { Attr } from './attributes.js';
import { knownMethod, methodInName } from './http-method.js';
import { nameString } from './name-string.js';
import type {
  CqrsSpanOptions,
  DbSpanOptions,
  HttpSpanOptions,
  MessageSpanOptions,
  SagaSpanOptions,
  SpanOptions,
} from './span-options.js';

/** Names and describes the spans of one kind of operation. Called with the caller's name and options. */
export interface Preset<Options extends SpanOptions> {
  spanName(given: string, options: Options): string;
  kind(given: string, options: Options): SpanKind;
  /** Called only if the span is recorded, or if a sampler reads attributes. */
  attributes(given: string, options: Options): AttributeInputs;
}

export const plainPreset: Preset<SpanOptions> = {
  spanName: (given) => given,
  kind: () => SpanKind.INTERNAL,
  attributes: () => none,
};

export const commandPreset: Preset<CqrsSpanOptions> = cqrsPreset('command');
export const queryPreset: Preset<CqrsSpanOptions> = cqrsPreset('query');
export const eventPreset: Preset<CqrsSpanOptions> = cqrsPreset('event');
export const sagaPreset: Preset<SagaSpanOptions> = cqrsPreset('saga');

/** `{method} {route}`: semantic conventions, HTTP spans. */
export const httpPreset: Preset<HttpSpanOptions> = {
  spanName(given, options) {
    const [method, route] = split(given, options.route);
    return joined(methodInName(knownMethod(method)), route);
  },
  kind: (_, { side }) => (side === 'client' ? SpanKind.CLIENT : SpanKind.SERVER),
  attributes(given, options) {
    const [method, route] = split(given, options.route);
    const known = knownMethod(method);
    const isClient = options.side === 'client';
    return {
      [Attr.httpRequestMethod]: known,
      [Attr.httpRequestMethodOriginal]: known === method ? undefined : method,
      [isClient ? Attr.urlTemplate : Attr.httpRoute]: route,
      [Attr.serverAddress]: options.serverAddress,
      [Attr.serverPort]: options.serverPort,
      [Attr.userAgentOriginal]: options.userAgent,
      ...(isUrl(options.url) ? urlAttributes(String(options.url), isClient) : none),
    };
  },
};

/** `{summary}`, or `{operation} {collection or namespace}`: semantic conventions, database client spans. */
export const dbPreset: Preset<DbSpanOptions> = {
  spanName(given, options) {
    if (options.summary !== undefined) return nameString(options.summary);
    const [operation, collection] = split(given, options.collection);
    return joined(operation, collection ?? plainText(options.namespace)) || (plainText(options.system) ?? 'db');
  },
  kind: () => SpanKind.CLIENT,
  attributes(given, options) {
    const [operation, collection] = split(given, options.collection);
    return {
      [Attr.dbSystemName]: options.system ?? 'other_sql',
      [Attr.dbNamespace]: options.namespace,
      [Attr.dbCollectionName]: collection,
      [Attr.dbOperationName]: operation === '' ? undefined : operation,
      [Attr.dbQuerySummary]: options.summary,
      [Attr.dbQueryText]: options.queryText,
      [Attr.dbOperationBatchSize]: options.batchSize,
      [Attr.serverAddress]: options.serverAddress,
      [Attr.serverPort]: options.serverPort,
    };
  },
};

/** `{operation} {destination}`: semantic conventions, messaging spans. */
export const messagePreset: Preset<MessageSpanOptions> = {
  spanName(given, options) {
    const [operation, destination] = split(given, options.destination);
    return joined(operation, plainText(options.destinationTemplate) ?? destination);
  },
  kind(given, options) {
    switch (operationType(given, options)) {
      case 'create':
        return SpanKind.PRODUCER;
      case 'send':
        return options.isPropagated === false ? SpanKind.CLIENT : SpanKind.PRODUCER;
      case 'process':
        return SpanKind.CONSUMER;
      default:
        return SpanKind.CLIENT;
    }
  },
  attributes(given, options) {
    const [operation, destination] = split(given, options.destination);
    return {
      [Attr.messagingSystem]: options.system,
      [Attr.messagingOperationName]: operation,
      [Attr.messagingOperationType]: operationType(given, options),
      [Attr.messagingDestinationName]: destination,
      [Attr.messagingDestinationTemplate]: options.destinationTemplate,
      [Attr.messagingMessageId]: options.messageId,
      [Attr.messagingConversationId]: options.conversationId,
      [Attr.messagingBodySize]: options.bodySize,
      [Attr.messagingBatchMessageCount]: options.batchMessageCount,
      [Attr.messagingConsumerGroupName]: options.consumerGroup,
      [Attr.messagingClientId]: options.clientId,
      [Attr.serverAddress]: options.serverAddress,
      [Attr.serverPort]: options.serverPort,
    };
  },
};

const none: AttributeInputs = {};

function cqrsPreset(operation: 'command' | 'query' | 'event' | 'saga'): Preset<SagaSpanOptions> {
  return {
    spanName: (given) => `${operation} ${given}`,
    kind: () => SpanKind.INTERNAL,
    attributes: (given, options) => ({
      [Attr.cqrsOperation]: operation,
      [Attr.cqrsType]: given,
      [Attr.cqrsMessageId]: options.messageId,
      [Attr.cqrsCorrelationId]: options.correlationId,
      [Attr.cqrsCausationId]: options.causationId,
      [Attr.cqrsAggregateType]: options.aggregateType,
      [Attr.cqrsAggregateId]: options.aggregateId,
      [Attr.cqrsSagaId]: options.sagaId,
    }),
  };
}

/** Splits `SELECT orders` into operation and target, unless the target is given separately. */
function split(given: string, target: string | undefined): [operation: string, target: string | undefined] {
  if (target !== undefined) return [given, nameString(target)];
  const space = given.indexOf(' ');
  return space === -1 ? [given, undefined] : [given.slice(0, space), given.slice(space + 1)];
}

function joined(operation: string, target: string | undefined): string {
  if (target === undefined || target === '') return operation;
  return operation === '' ? target : `${operation} ${target}`;
}

function plainText(value: unknown): string | undefined {
  return value === undefined ? undefined : nameString(value);
}

function isUrl(url: unknown): url is string | URL {
  return typeof url === 'string' || (!types.isProxy(url) && url instanceof URL);
}

function urlAttributes(url: string, isClient: boolean): AttributeInputs {
  if (isClient) return { [Attr.urlFull]: url };
  // The URL of a request line, without an origin, or a complete URL.
  const [, scheme, path, query] = /^(?:([a-z][a-z\d+.-]*):\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  return { [Attr.urlScheme]: scheme, [Attr.urlPath]: path, [Attr.urlQuery]: query };
}

function operationType(given: string, options: MessageSpanOptions): MessageSpanOptions['operationType'] {
  if (options.operationType !== undefined) return options.operationType;
  return typeOfOperation.get(split(given, options.destination)[0].toLowerCase());
}

const typeOfOperation: ReadonlyMap<string, NonNullable<MessageSpanOptions['operationType']>> = new Map([
  ['create', 'create'],
  ['send', 'send'],
  ['publish', 'send'],
  ['receive', 'receive'],
  ['poll', 'receive'],
  ['process', 'process'],
  ['consume', 'process'],
  ['deliver', 'process'],
  ['settle', 'settle'],
  ['ack', 'settle'],
  ['nack', 'settle'],
  ['reject', 'settle'],
]);
