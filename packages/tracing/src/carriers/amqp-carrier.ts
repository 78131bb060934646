import type { CarrierAdapter } from './carrier-adapter.js';
import { nestedFields } from './nested-fields.js';

/** A message of AMQP 0-9-1 as it is consumed, or the options that it is published with. */
export interface AmqpMessage {
  readonly properties?: { headers?: Record<string, unknown> | undefined } | undefined;
  headers?: Record<string, unknown> | undefined;
}

/** AMQP headers: `message.properties.headers` where it has properties, else `options.headers`. */
export const amqpCarrier: CarrierAdapter<AmqpMessage> = nestedFields([['properties', 'headers'], ['headers']]);
