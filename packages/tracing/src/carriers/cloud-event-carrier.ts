import type { CarrierAdapter } from './carrier-adapter.js';
import { fieldValue, ownValue } from './field-value.js';
import { type HttpHeaders, httpCarrier } from './http-carrier.js';
import { type FieldMap, mapCarrier } from './map-carrier.js';

// CloudEvents 1.0, "Attribute Naming": a name that is not allowed for an attribute (X-B3-…) cannot travel in an event.
const attributeName = /^[a-z0-9]+$/;

/**
 * Attributes of a CloudEvent as an object: the parsed JSON of the structured mode, an event of the SDK (to read), or the
 * attributes for a new event (to write).
 */
export const cloudEventCarrier: CarrierAdapter<FieldMap> = {
  keys: (event) => Object.keys(event),
  get: (event, key) => (attributeName.test(key) ? fieldValue(ownValue(event, key)) : undefined),
  set(event, key, value) {
    if (attributeName.test(key)) event[key] = value;
  },
};

/** Attributes of a CloudEvent in HTTP's binary mode: headers that begin with `ce-`. */
export const cloudEventHeadersCarrier: CarrierAdapter<HttpHeaders> = prefixed(httpCarrier, 'ce-');

/** Attributes of a CloudEvent in Kafka's or AMQP's binary mode, as the map of its headers: names begin with `ce_` or `cloudEvents:`. */
export const cloudEventFieldsCarrier: CarrierAdapter<FieldMap> = {
  ...prefixed(mapCarrier, 'ce_'),
  get: (fields, key) =>
    attributeName.test(key)
      ? ['ce_', 'cloudEvents:', 'cloudEvents_'].map((prefix) => mapCarrier.get(fields, prefix + key)).find(isThere)
      : undefined,
};

function isThere(value: string | string[] | undefined): boolean {
  return value !== undefined;
}

function prefixed<Message>(carrier: CarrierAdapter<Message>, prefix: string): CarrierAdapter<Message> {
  return {
    keys: (message) =>
      carrier
        .keys(message)
        .filter((name) => name.toLowerCase().startsWith(prefix))
        .map((name) => name.slice(prefix.length)),
    get: (message, key) => (attributeName.test(key) ? carrier.get(message, prefix + key) : undefined),
    set(message, key, value) {
      if (attributeName.test(key)) carrier.set(message, prefix + key, value);
    },
  };
}
