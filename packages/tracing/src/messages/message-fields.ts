import { type Context, type ContextValue, contextRunner, currentContext, type GivenFields } from '@sightline/context';
import { setOwn } from '../carriers/field-value.js';
import { MAX_VALUE_LENGTH } from './open-envelope.js';
import type { ReceivedMessage } from './received-message.js';

/** The fields of `names` that the current context has, strings cut to what a receiver accepts. */
export function carriedFields(names: readonly string[]): MessageFields | undefined {
  const current = currentContext() as MessageFields | undefined;
  if (current === undefined) return undefined;
  const present = names.flatMap((name): Array<[string, ContextValue]> => {
    const value = Object.hasOwn(current, name) ? current[name] : undefined;
    return value === undefined ? [] : [[name, typeof value === 'string' ? value.slice(0, MAX_VALUE_LENGTH) : value]];
  });
  return present.length === 0 ? undefined : Object.fromEntries(present);
}

type MessageFields = Readonly<Record<string, ContextValue>>;

/**
 * Runs `fn` in a context that has the message's fields and no others: a consumer's loop may run in the context of the code that
 * started it, with another user. Takes only the sender's fields in `names`, or a peer could set any field that log lines and
 * handlers trust (`service`, `is_admin`).
 */
export function runAsMessage<T>(message: ReceivedMessage, names: readonly string[], fn: () => T): T {
  const fields: Record<string, unknown> = {};
  for (const name of names) if (Object.hasOwn(message.context, name)) setOwn(fields, name, message.context[name]);
  fields['correlation_id'] = message.correlation_id;
  if (message.id !== undefined) Object.assign(fields, { request_id: message.id, message_id: message.id });
  return contextRunner(fields as GivenFields)(fn);
}

/** For a batch: the correlation id if all messages have the same, else a new one. */
export function runAsBatch<T>(messages: readonly ReceivedMessage[], fn: () => T): T {
  const ids = new Set(messages.map((message) => message.correlation_id));
  const [correlation_id] = ids.size === 1 ? ids : [];
  return contextRunner({ correlation_id })(fn);
}

/** The correlation id and the handled message's id of the current context. */
export function currentIds(): Partial<Pick<Context, 'correlation_id' | 'message_id'>> {
  return currentContext() ?? {};
}
