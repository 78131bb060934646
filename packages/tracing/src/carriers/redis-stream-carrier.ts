import { listOf } from '../foreign-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';
import { fieldText, isSameName } from './field-text.js';

/** The fields of an entry as Redis has them: name, value, name, value, as text or bytes. */
export type RedisStreamFields = unknown[];

/** Fields of a Redis stream's entry: what `XADD` takes after the id, and what `XREAD` gives. */
export const redisStreamCarrier: CarrierAdapter<RedisStreamFields> = {
  keys(fields) {
    const list = listOf(fields) ?? [];
    return list.flatMap((_, i) => (i % 2 === 0 ? [nameAt(list, i)] : []));
  },

  get(fields, key) {
    const list = listOf(fields) ?? [];
    const values = list.filter((_, i) => i % 2 === 1 && isSameName(nameAt(list, i - 1), key));
    return values.length === 0 ? undefined : fieldText(values);
  },

  set(fields, key, value) {
    if (listOf(fields) === undefined)
      throw new TypeError('[tracing] redisStreamCarrier has no list of fields to write to.');
    for (let i = fields.length - (fields.length % 2) - 2; i >= 0; i -= 2) {
      if (isSameName(nameAt(fields, i), key)) fields.splice(i, 2);
    }
    fields.push(key, value);
  },
};

function nameAt(fields: readonly unknown[], i: number): string {
  const name = fieldText(fields[i]);
  return typeof name === 'string' ? name : '';
}
