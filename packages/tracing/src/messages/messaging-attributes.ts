import type { Attributes } from '@opentelemetry/api';
import type { MessageRoute } from './outgoing-message.js';
import type { ReceivedMessage } from './received-message.js';

// Names of the messaging semantic conventions. They are in development: copied, because their package may change them with any
// minor version.
const SYSTEM = 'messaging.system';
const OPERATION_NAME = 'messaging.operation.name';
const OPERATION_TYPE = 'messaging.operation.type';
const DESTINATION = 'messaging.destination.name';
const DESTINATION_TEMPLATE = 'messaging.destination.template';
const MESSAGE_ID = 'messaging.message.id';
const CONVERSATION_ID = 'messaging.message.conversation_id';
const BATCH_COUNT = 'messaging.batch.message_count';

export interface MessagingOperation extends MessageRoute {
  /** The code's word for the operation; names the span. */
  readonly operation: string;
  readonly operationType: 'create' | 'send' | 'process';
}

/** The attributes that name a message. */
export type NamedMessage = {
  readonly [Field in 'id' | 'type' | 'name' | 'source' | 'correlation_id' | 'causation_id']?:
    | ReceivedMessage[Field]
    | undefined;
};

export function messageAttributes(operation: MessagingOperation, message: NamedMessage): Attributes {
  return defined({
    ...operationAttributes(operation),
    [MESSAGE_ID]: message.id,
    [CONVERSATION_ID]: message.correlation_id,
    'sightline.message.type': message.type,
    'sightline.message.name': message.name,
    'sightline.message.source': message.source,
    'sightline.message.causation_id': message.causation_id,
  });
}

export function batchAttributes(operation: MessagingOperation, messages: readonly NamedMessage[]): Attributes {
  return defined({ ...operationAttributes(operation), [BATCH_COUNT]: messages.length });
}

/** `{operation} {destination}`: the destination given by the service, or else the message's name. */
export function spanName({ operation, destinationTemplate, destination }: MessagingOperation, name?: string): string {
  // The name comes from a peer: if it is no identifier, it could be different each time.
  const isIdentifier = name !== undefined && /^[\w.:/-]{1,100}$/.test(name);
  const target = destinationTemplate ?? destination ?? (isIdentifier ? name : undefined);
  return target === undefined ? operation : `${operation} ${target}`;
}

function operationAttributes(operation: MessagingOperation): Record<string, string | undefined> {
  return {
    [SYSTEM]: operation.system,
    [OPERATION_NAME]: operation.operation,
    [OPERATION_TYPE]: operation.operationType,
    [DESTINATION]: operation.destination,
    [DESTINATION_TEMPLATE]: operation.destinationTemplate,
  };
}

function defined(attributes: Record<string, string | number | undefined>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
