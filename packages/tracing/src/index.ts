export { amqpCarrier } from './carriers/amqp-carrier.js';
export type { CarrierAdapter } from './carriers/carrier-adapter.js';
export type { CarryOptions } from './carriers/carry-context.js';
export { extractContext, injectContext } from './carriers/carry-context.js';
export {
  cloudEventCarrier,
  cloudEventFieldsCarrier,
  cloudEventHeadersCarrier,
} from './carriers/cloud-event-carrier.js';
export { envelopeCarrier } from './carriers/envelope-carrier.js';
export type { ReceivedCloudEvent } from './carriers/extract-cloud-event.js';
export { extractCloudEvent } from './carriers/extract-cloud-event.js';
export type { FetchHeaders, HttpHeaders } from './carriers/http-carrier.js';
export { httpCarrier } from './carriers/http-carrier.js';
export type { KafkaMessage } from './carriers/kafka-carrier.js';
export { kafkaCarrier } from './carriers/kafka-carrier.js';
export type { FieldMap } from './carriers/map-carrier.js';
export { mapCarrier } from './carriers/map-carrier.js';
export { mqttCarrier } from './carriers/mqtt-carrier.js';
export type { NatsHeaders } from './carriers/nats-carrier.js';
export { natsCarrier } from './carriers/nats-carrier.js';
export type { RedisStreamFields } from './carriers/redis-stream-carrier.js';
export { redisStreamCarrier } from './carriers/redis-stream-carrier.js';
export type { MessageRelation, RelationOptions } from './messages/consumer-context.js';
export type { MessageEnvelope, MessageType } from './messages/message-envelope.js';
export { MESSAGE_TYPES } from './messages/message-envelope.js';
export { messageEnvelopeSchema } from './messages/message-envelope-schema.js';
export type {
  HandleBatchOptions,
  HandleOptions,
  MessagePropagatorOptions,
  WrapOptions,
} from './messages/message-propagator.js';
export { MessagePropagator } from './messages/message-propagator.js';
export type { MessageRoute, OutgoingMessage } from './messages/outgoing-message.js';
export type { EnvelopeProblem, ReceivedMessage } from './messages/received-message.js';
export type { B3Options } from './propagation/b3-propagator.js';
export { b3Propagator } from './propagation/b3-propagator.js';
export { baggagePropagator } from './propagation/baggage-propagator.js';
export { compositePropagator } from './propagation/composite-propagator.js';
export { extractedLinks } from './propagation/extracted-links.js';
export type { IncomingSampling } from './propagation/incoming-trace.js';
export { incomingSampling, isDebugTrace } from './propagation/incoming-trace.js';
export { jaegerExtractor } from './propagation/jaeger-extractor.js';
export type { NamedPropagators } from './propagation/propagator-from-names.js';
export { DEFAULT_PROPAGATORS, propagatorFromNames } from './propagation/propagator-from-names.js';
export { w3cPropagator } from './propagation/w3c-propagator.js';
export { xrayExtractor } from './propagation/xray-extractor.js';
export { errorType, recordFailure } from './spans/record-failure.js';
export { runInSpan } from './spans/run-in-span.js';
