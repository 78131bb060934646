import { isObject } from '@sightline/base';
import { isMap, listOf } from '../untrusted-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';
import { fieldValue, isSameName, ownValue } from './field-value.js';
import { type FieldMap, mapCarrier } from './map-carrier.js';

/** The fields of an entry as Redis has them: name, value, name, value, as strings or bytes. */
export type RedisStreamFields = unknown[];

/**
 * The fields of an entry as clients have them: the flat list of Redis (ioredis), an object or a Map (node-redis), or the whole
 * entry, which is `{ id, message }` with node-redis and `[id, fields]` with ioredis.
 */
export type RedisStreamEntry = RedisStreamFields | FieldMap | Map<unknown, unknown>;

/** Fields of a Redis stream's entry: the arguments of `XADD` after the id, or the result of `XREAD`. */
export const redisStreamCarrier: CarrierAdapter<RedisStreamEntry> = {
  keys(entry) {
    const fields = fieldsOf(entry);
    const list = listOf(fields);
    if (list === undefined) return mapCarrier.keys(fields as FieldMap);
    return list.flatMap((_, i) => (i % 2 === 0 ? [nameAt(list, i)] : []));
  },

  get(entry, key) {
    const fields = fieldsOf(entry);
    const list = listOf(fields);
    if (list === undefined) return mapCarrier.get(fields as FieldMap, key);
    const values = list.filter((_, i) => i % 2 === 1 && isSameName(nameAt(list, i - 1), key));
    return values.length === 0 ? undefined : fieldValue(values);
  },

  set(entry, key, value) {
    const fields = fieldsOf(entry);
    if (listOf(fields) === undefined) mapCarrier.set(fields as FieldMap, key, value);
    else setInList(fields as RedisStreamFields, key, value);
  },
};

function fieldsOf(entry: unknown): object {
  if (!isObject(entry)) {
    throw new TypeError(
      '[tracing] redisStreamCarrier takes the fields of an entry, or the entry of ioredis or node-redis.',
    );
  }
  const list = listOf(entry);
  // Fields are strings or bytes. Anything else as the second of a list, or as the message of an object with an id, is an entry's fields.
  const inner = isMap(entry) ? undefined : list === undefined ? nodeRedisMessage(entry) : list[1];
  return isObject(inner) && !ArrayBuffer.isView(inner) ? inner : entry;
}

function nodeRedisMessage(entry: object): unknown {
  return ownValue(entry, 'id') === undefined ? undefined : ownValue(entry, 'message');
}

function setInList(fields: unknown[], key: string, value: string): void {
  for (let i = fields.length - (fields.length % 2) - 2; i >= 0; i -= 2) {
    if (isSameName(nameAt(fields, i), key)) fields.splice(i, 2);
  }
  fields.push(key, value);
}

function nameAt(fields: readonly unknown[], i: number): string {
  return textOf(fields[i]);
}

function textOf(name: unknown): string {
  const text = fieldValue(name);
  return typeof text === 'string' ? text : '';
}
