import { listOf } from '../foreign-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';
import { isSameName } from './field-text.js';

/** What is used of the `MsgHdrs` of NATS, as `headers()` makes them and `message.headers` has them. */
export interface NatsHeaders {
  keys(): string[];
  values(key: string): string[];
  set(key: string, value: string): void;
  delete(key: string): void;
}

/** A message of NATS, which has no headers where it was published without. */
export interface NatsMessage {
  readonly headers?: NatsHeaders | undefined;
}

/** NATS headers, which keep the case of their names and may be repeated; or the message that has them. Without headers there is nothing to read. */
export const natsCarrier: CarrierAdapter<NatsHeaders | NatsMessage | undefined> = {
  keys: (message) => namesIn(headersOf(message)),

  get(message, key) {
    const headers = headersOf(message);
    const values = namesIn(headers)
      .filter((name) => isSameName(name, key))
      .flatMap((name) => listOf(headers?.values(name)) ?? [])
      .filter((value) => typeof value === 'string');
    return values.length === 0 ? undefined : values;
  },

  set(message, key, value) {
    const headers = headersOf(message);
    if (headers === undefined) {
      throw new TypeError(
        '[tracing] natsCarrier has no headers to write to. Make them with headers() of the NATS client.',
      );
    }
    for (const name of namesIn(headers)) if (name !== key && isSameName(name, key)) headers.delete(name);
    headers.set(key, value);
  },
};

function namesIn(headers: NatsHeaders | undefined): string[] {
  return (listOf(headers?.keys()) ?? []).filter((name) => typeof name === 'string');
}

function headersOf(message: NatsHeaders | NatsMessage | undefined): NatsHeaders | undefined {
  if (message === undefined || 'keys' in message) return message;
  return message.headers;
}
