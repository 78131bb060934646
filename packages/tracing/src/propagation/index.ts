export { amqpCarrier } from '../carriers/amqp-carrier.js';
export type { CarrierAdapter } from '../carriers/carrier-adapter.js';
export type { CarryOptions } from '../carriers/carry-context.js';
export { extractContext, injectContext } from '../carriers/carry-context.js';
export {
  cloudEventCarrier,
  cloudEventFieldsCarrier,
  cloudEventHeadersCarrier,
} from '../carriers/cloud-event-carrier.js';
export { envelopeCarrier } from '../carriers/envelope-carrier.js';
export type { ReceivedCloudEvent } from '../carriers/extract-cloud-event.js';
export { extractCloudEvent } from '../carriers/extract-cloud-event.js';
export type { FetchHeaders, HttpHeaders } from '../carriers/http-carrier.js';
export { httpCarrier } from '../carriers/http-carrier.js';
export type { KafkaMessage, KafkaPayload } from '../carriers/kafka-carrier.js';
export { kafkaCarrier } from '../carriers/kafka-carrier.js';
export type { FieldMap } from '../carriers/map-carrier.js';
export { mapCarrier } from '../carriers/map-carrier.js';
export { mqttCarrier } from '../carriers/mqtt-carrier.js';
export type { NatsHeaders, NatsMessage } from '../carriers/nats-carrier.js';
export { natsCarrier } from '../carriers/nats-carrier.js';
export type { RedisStreamEntry, RedisStreamFields } from '../carriers/redis-stream-carrier.js';
export { redisStreamCarrier } from '../carriers/redis-stream-carrier.js';
export type { B3Options } from './b3-propagator.js';
export { b3Propagator } from './b3-propagator.js';
export { baggagePropagator } from './baggage-propagator.js';
export { compositePropagator } from './composite-propagator.js';
export { extractedLinks } from './extracted-links.js';
export type { IncomingSampling } from './incoming-trace.js';
export { incomingSampling, isDebugTrace } from './incoming-trace.js';
export { jaegerExtractor } from './jaeger-extractor.js';
export type { NamedPropagators } from './propagator-from-names.js';
export { DEFAULT_PROPAGATORS, propagatorFromNames } from './propagator-from-names.js';
export { w3cPropagator } from './w3c-propagator.js';
export { xrayExtractor } from './xray-extractor.js';
