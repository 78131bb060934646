import { isObject } from '@sightline/base';
import { listOf } from '../untrusted-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';
import { isSameName, joinedStrings } from './field-value.js';
import { mapCarrier } from './map-carrier.js';

/** A record of Kafka: headers by name (kafkajs, Confluent's client), or as a list of objects with one header each (node-rdkafka, AWS Lambda). */
export interface KafkaMessage {
  readonly key?: unknown;
  readonly value?: unknown;
  headers?: Record<string, unknown> | Array<Record<string, unknown>> | null | undefined;
}

/** The argument of kafkajs' `eachMessage`. */
export interface KafkaPayload {
  readonly message: KafkaMessage;
}

/** Kafka headers: values are bytes and may be repeated. Written as strings, which clients turn into UTF-8. */
export const kafkaCarrier: CarrierAdapter<KafkaMessage | KafkaPayload> = {
  keys(record) {
    const { headers } = messageOf(record);
    return Array.isArray(headers)
      ? headersIn(headers).flatMap((each) => entriesOf(each).map(([name]) => name))
      : mapCarrier.keys(headers ?? {});
  },

  get(record, key) {
    const { headers } = messageOf(record);
    if (!Array.isArray(headers)) return mapCarrier.get(headers ?? {}, key);
    const values = headersIn(headers)
      .flatMap(entriesOf)
      .flatMap(([name, value]) => (isSameName(name, key) ? [value] : []));
    return values.length === 0 ? undefined : joinedStrings(values);
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
      (each) => !(isHeader(each) && entriesOf(each).some(([name]) => isSameName(name, key))),
    );
    message.headers = [...(others as typeof headers), { [key]: value }];
  },
};

function headersIn(headers: unknown): ReadonlyArray<Record<string, unknown>> {
  return (listOf(headers) ?? []).filter(isHeader);
}

/** One header is `{ name: value }`, or `{ key: name, value }` as in other languages. */
function entriesOf(header: Record<string, unknown>): Array<[name: string, value: unknown]> {
  const { key } = header;
  const isPair = typeof key === 'string' && Object.hasOwn(header, 'value');
  return isPair ? [[key, header['value']]] : Object.entries(header);
}

/** An object and no list, which may have millions of members. */
function isHeader(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

function messageOf(record: KafkaMessage | KafkaPayload): KafkaMessage {
  return 'message' in record && isObject(record.message) ? record.message : (record as KafkaMessage);
}
