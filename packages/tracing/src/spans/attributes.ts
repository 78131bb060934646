/**
 * Names of attributes. Those of OpenTelemetry's semantic conventions 1.45.0 are copied, because those of messaging are still in
 * development and are exported from a path that may change. `cqrs.*` are our own: there is no convention.
 */
export const Attr = {
  errorType: 'error.type',

  httpRequestMethod: 'http.request.method',
  httpRequestMethodOriginal: 'http.request.method_original',
  httpResponseStatusCode: 'http.response.status_code',
  httpRoute: 'http.route',
  urlFull: 'url.full',
  urlPath: 'url.path',
  urlQuery: 'url.query',
  urlScheme: 'url.scheme',
  urlTemplate: 'url.template',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  clientAddress: 'client.address',
  userAgentOriginal: 'user_agent.original',

  dbSystemName: 'db.system.name',
  dbNamespace: 'db.namespace',
  dbCollectionName: 'db.collection.name',
  dbOperationName: 'db.operation.name',
  dbOperationBatchSize: 'db.operation.batch.size',
  dbQuerySummary: 'db.query.summary',
  dbQueryText: 'db.query.text',
  dbResponseStatusCode: 'db.response.status_code',

  messagingSystem: 'messaging.system',
  messagingOperationName: 'messaging.operation.name',
  messagingOperationType: 'messaging.operation.type',
  messagingDestinationName: 'messaging.destination.name',
  messagingDestinationTemplate: 'messaging.destination.template',
  messagingMessageId: 'messaging.message.id',
  messagingConversationId: 'messaging.message.conversation_id',
  messagingBodySize: 'messaging.message.body.size',
  messagingBatchMessageCount: 'messaging.batch.message_count',
  messagingConsumerGroupName: 'messaging.consumer.group.name',
  messagingClientId: 'messaging.client.id',

  cqrsOperation: 'cqrs.operation',
  cqrsType: 'cqrs.type',
  cqrsHandler: 'cqrs.handler',
  cqrsMessageId: 'cqrs.message.id',
  cqrsCorrelationId: 'cqrs.correlation_id',
  cqrsCausationId: 'cqrs.causation_id',
  cqrsAggregateType: 'cqrs.aggregate.type',
  cqrsAggregateId: 'cqrs.aggregate.id',
  cqrsSagaId: 'cqrs.saga.id',
  cqrsSagaStep: 'cqrs.saga.step',
  cqrsSagaFailedStep: 'cqrs.saga.failed_step',
  cqrsSagaFailedCompensation: 'cqrs.saga.failed_compensation',
  cqrsSagaOutcome: 'cqrs.saga.outcome',

  samplingProbability: 'sampling.probability',
} as const;
