export type { MessageRelation, RelationOptions } from './consumer-context.js';
export type { MessageEnvelope, MessageType } from './message-envelope.js';
export { MESSAGE_TYPES } from './message-envelope.js';
export { messageEnvelopeSchema } from './message-envelope-schema.js';
export { messageLabelValues } from './message-label-values.js';
export type {
  HandleBatchOptions,
  HandleOptions,
  MessagePropagatorOptions,
  WrapOptions,
} from './message-propagator.js';
export { MessagePropagator } from './message-propagator.js';
export type { MessageRoute, OutgoingMessage } from './outgoing-message.js';
export type { EnvelopeProblem, ReceivedMessage } from './received-message.js';
