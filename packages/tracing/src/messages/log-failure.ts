import type { Log } from '@sightline/base';
import type { ReceivedMessage } from './received-message.js';

/** Logs that a handler failed; call it in the handler's context. Never throws: the failure itself goes on to the consumer. */
export function logFailure(logger: Log, messages: readonly ReceivedMessage[], error: unknown): void {
  const [first] = messages;
  if (first === undefined) return;
  const subject = messages.length === 1 ? (first.name ?? 'a message') : `a batch of ${messages.length} messages`;
  const fields =
    messages.length === 1
      ? definedOnly({
          message_id: first.id,
          correlation_id: first.correlation_id,
          causation_id: first.causation_id,
          message_type: first.type,
          message_name: first.name,
          message_source: first.source,
        })
      : {
          message_count: messages.length,
          message_ids: messages.slice(0, MAX_IDS).flatMap(({ id }) => (id === undefined ? [] : [id])),
        };
  try {
    logger.error({ ...fields, err: error }, `Handling ${subject} failed`);
  } catch {
    // A logger that throws must not take the place of the failure.
  }
}

const MAX_IDS = 100;

function definedOnly(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const present = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return Object.fromEntries(present);
}
