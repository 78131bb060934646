import { listOf } from '../untrusted-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';
import { isSameName } from './field-value.js';

/** The methods used of the `MsgHdrs` of NATS: the result of `headers()`, or `message.headers`. */
export interface NatsHeaders {
  keys(): string[];
  values(key: string): string[];
  set(key: string, value: string): void;
  delete(key: string): void;
}

/** A message of NATS; it has no headers if it was published without. */
export interface NatsMessage {
  readonly headers?: NatsHeaders | undefined;
}

/** NATS headers (names keep their case and may be repeated), or the message that has them. Reads nothing if there are no headers. */
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
        '[tracing] natsCarrier has no headers to write to. Create them with headers() of the NATS client.',
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
