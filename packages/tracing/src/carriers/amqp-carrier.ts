import type { CarrierAdapter } from './carrier-adapter.js';
import { nestedFields } from './nested-fields.js';

/**
 * Headers of AMQP 0-9-1: `message.properties.headers` of a message as it is consumed, `options.headers` of the options that it
 * is published with.
 */
export const amqpCarrier: CarrierAdapter<object> = nestedFields([['properties', 'headers'], ['headers']]);
