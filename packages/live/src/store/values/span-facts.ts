import type { FlatAttributes } from '@sightline/otlp/encode';

/** What the flow graph and the database page need of a span's attributes. */
export type SpanFact =
  | 'dbSystem'
  | 'dbNamespace'
  | 'dbSummary'
  | 'dbOperation'
  | 'dbCollection'
  | 'destination'
  | 'destinationTemplate'
  | 'messagingOperation'
  | 'serverAddress'
  | 'serverPort'
  | 'peerService'
  | 'url';

export type SpanFacts = Partial<Record<SpanFact, unknown>>;

export function spanFactOf(attribute: string): SpanFact | undefined {
  return facts.get(attribute);
}

export function spanFactsOf(attributes: FlatAttributes): SpanFacts {
  const found: SpanFacts = {};
  for (let i = 0; i + 1 < attributes.length; i += 2) {
    const fact = facts.get(attributes[i] as string);
    if (fact !== undefined) found[fact] ??= attributes[i + 1];
  }
  return found;
}

/** Names of the semantic conventions, and those that they had before. */
const facts: ReadonlyMap<string, SpanFact> = new Map([
  ['db.system.name', 'dbSystem'],
  ['db.system', 'dbSystem'],
  ['db.namespace', 'dbNamespace'],
  ['db.name', 'dbNamespace'],
  ['db.query.summary', 'dbSummary'],
  ['db.operation.name', 'dbOperation'],
  ['db.operation', 'dbOperation'],
  ['db.collection.name', 'dbCollection'],
  ['db.sql.table', 'dbCollection'],
  ['db.mongodb.collection', 'dbCollection'],
  ['messaging.destination.name', 'destination'],
  ['messaging.destination', 'destination'],
  ['messaging.destination.template', 'destinationTemplate'],
  ['messaging.operation.type', 'messagingOperation'],
  ['messaging.operation', 'messagingOperation'],
  ['server.address', 'serverAddress'],
  ['net.peer.name', 'serverAddress'],
  ['server.port', 'serverPort'],
  ['net.peer.port', 'serverPort'],
  ['peer.service', 'peerService'],
  ['url.full', 'url'],
  ['http.url', 'url'],
]);
