import type { CarrierAdapter } from './carrier-adapter.js';
import { nestedFields } from './nested-fields.js';

/**
 * Headers of AMQP 0-9-1: `message.properties.headers` of a consumed message, `headers` of the options for publishing.
 */
export const amqpCarrier: CarrierAdapter<object> = nestedFields([['properties', 'headers'], ['headers']]);
