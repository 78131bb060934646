import type { Attributes } from '@opentelemetry/api';
import type { MessageRoute } from './outgoing-message.js';
import type { ReceivedMessage } from './received-message.js';

// Names of the messaging semantic conventions, which are in development: copied, because the package that has them says
// of these names that they may change with any minor version.
const SYSTEM = 'messaging.system';
const OPERATION_NAME = 'messaging.operation.name';
const OPERATION_TYPE = 'messaging.operation.type';
const DESTINATION = 'messaging.destination.name';
const DESTINATION_TEMPLATE = 'messaging.destination.template';
const MESSAGE_ID = 'messaging.message.id';
const CONVERSATION_ID = 'messaging.message.conversation_id';
const BATCH_COUNT = 'messaging.batch.message_count';

export interface MessagingOperation extends MessageRoute {
  /** What the code calls it; names the span. */
  readonly operation: string;
  readonly operationType: 'create' | 'send' | 'process';
}

/** What names a message in attributes. */
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

/** `{operation} {destination}`, where the destination is the service's own word for it, or else the message's name. */
export function spanName({ operation, destinationTemplate, destination }: MessagingOperation, name?: string): string {
  // A peer chose the name: one that is no identifier could be another one each time.
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
