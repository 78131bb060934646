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
export type { KafkaMessage, KafkaPayload } from './carriers/kafka-carrier.js';
export { kafkaCarrier } from './carriers/kafka-carrier.js';
export type { FieldMap } from './carriers/map-carrier.js';
export { mapCarrier } from './carriers/map-carrier.js';
export { mqttCarrier } from './carriers/mqtt-carrier.js';
export type { NatsHeaders, NatsMessage } from './carriers/nats-carrier.js';
export { natsCarrier } from './carriers/nats-carrier.js';
export type { RedisStreamEntry, RedisStreamFields } from './carriers/redis-stream-carrier.js';
export { redisStreamCarrier } from './carriers/redis-stream-carrier.js';
export type { MessageRelation, RelationOptions } from './messages/consumer-context.js';
export type { MessageEnvelope, MessageType } from './messages/message-envelope.js';
export { MESSAGE_TYPES } from './messages/message-envelope.js';
export { messageEnvelopeSchema } from './messages/message-envelope-schema.js';
export { messageLabelValues } from './messages/message-label-values.js';
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
export type { AdaptiveSamplerOptions } from './sampling/adaptive-sampler.js';
export { adaptiveSampler } from './sampling/adaptive-sampler.js';
export { alwaysOff, alwaysOn } from './sampling/always.js';
export { isDebug, withDebug } from './sampling/debug-flag.js';
export type { HeadSampling } from './sampling/head-sampling.js';
export { headSampling } from './sampling/head-sampling.js';
export type { NameRule, NameRulesOptions } from './sampling/name-rules.js';
export { nameRules } from './sampling/name-rules.js';
export type { ParentBasedOptions } from './sampling/parent-based.js';
export { parentBased } from './sampling/parent-based.js';
export { ratioSampler } from './sampling/ratio-sampler.js';
export type { Sampler, SamplingDecision, SamplingResult } from './sampling/sampler.js';
export type { NamedSampler } from './sampling/sampler-from-name.js';
export { samplerFromName } from './sampling/sampler-from-name.js';
export type { AttributeInput, AttributeInputs } from './spans/attribute-policy.js';
export { Attr } from './spans/attributes.js';
export type { RunSpan, SpanBuilder, SpansOptions } from './spans/create-spans.js';
export { createSpans } from './spans/create-spans.js';
export { traced } from './spans/default-spans.js';
export { knownMethod, knownMethods, methodInName } from './spans/http-method.js';
export type { IdGenerator } from './spans/random-ids.js';
export { errorType, recordFailure } from './spans/record-failure.js';
export { runInSpan } from './spans/run-in-span.js';
export type { Saga, SagaStepOptions } from './spans/run-saga.js';
export { type SagaOutcome, sagaOutcomes } from './spans/saga-outcome.js';
export type { SecretKeys } from './spans/secret-keys.js';
export type {
  CqrsSpanOptions,
  DbSpanOptions,
  HttpSpanOptions,
  MessageSpanOptions,
  SagaSpanOptions,
  SpanOptions,
} from './spans/span-options.js';
export type { MethodDecorator, Traced, TracedOptions } from './spans/traced.js';
export { tracedBy } from './spans/traced.js';
