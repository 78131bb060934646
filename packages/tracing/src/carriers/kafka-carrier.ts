import { isObject } from '@sightline/base';
import { listOf } from '../foreign-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';
import { isSameName, joinedTexts } from './field-text.js';
import { mapCarrier } from './map-carrier.js';

/** A record of Kafka: headers by name (kafkajs, Confluent's client), or as a list of objects with one header each (node-rdkafka). */
export interface KafkaMessage {
  readonly key?: unknown;
  readonly value?: unknown;
  headers?: Record<string, unknown> | Array<Record<string, unknown>> | null | undefined;
}

/** What kafkajs gives to `eachMessage`. */
export interface KafkaPayload {
  readonly message: KafkaMessage;
}

/** Kafka headers, whose values are bytes and may be repeated. Written as text, which clients turn into UTF-8. */
export const kafkaCarrier: CarrierAdapter<KafkaMessage | KafkaPayload> = {
  keys(record) {
    const { headers } = messageOf(record);
    return Array.isArray(headers)
      ? headersIn(headers).flatMap((each) => Object.keys(each))
      : mapCarrier.keys(headers ?? {});
  },

  get(record, key) {
    const { headers } = messageOf(record);
    if (!Array.isArray(headers)) return mapCarrier.get(headers ?? {}, key);
    const values = headersIn(headers)
      .flatMap((each) => Object.entries(each))
      .flatMap(([name, value]) => (isSameName(name, key) ? [value] : []));
    return values.length === 0 ? undefined : joinedTexts(values);
  },

  set(record, key, value) {
    const message = messageOf(record);
    message.headers ??= {};
    const { headers } = message;
    if (!Array.isArray(headers)) {
      mapCarrier.set(headers, key, value);
      return;
    }
    const others = (listOf(headers) ?? []).filter(
      (each) => !(isHeader(each) && Object.keys(each).some((name) => isSameName(name, key))),
    );
    message.headers = [...(others as typeof headers), { [key]: value }];
  },
};

function headersIn(headers: unknown): ReadonlyArray<Record<string, unknown>> {
  return (listOf(headers) ?? []).filter(isHeader);
}

/** No list, whose members may be millions. */
function isHeader(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

function messageOf(record: KafkaMessage | KafkaPayload): KafkaMessage {
  return 'message' in record && isObject(record.message) ? record.message : (record as KafkaMessage);
}
