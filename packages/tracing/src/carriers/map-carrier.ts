import { isRecord } from '@sightline/base';
import { isMap } from '../untrusted-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';
import { fieldValue, isSameName, joinedStrings, ownValue, setOwn } from './field-value.js';

/** A plain object of strings or bytes, or of lists of them. */
export type FieldMap = Record<string, unknown>;

/** Plain objects and Maps: fields of a job, attributes of a row. Names are found in any case; values are strings or bytes. */
export const mapCarrier: CarrierAdapter<FieldMap> = {
  keys: namesIn,

  get(map, key) {
    if (isMap(map)) {
      const values = entriesOf(map).flatMap(([name, value]) => (isSameName(name, key) ? [value] : []));
      return values.length === 0 ? undefined : joinedStrings(values);
    }
    const exact = ownValue(map, key);
    if (exact !== undefined) return fieldValue(exact);
    const others = namesIn(map).filter((name) => isSameName(name, key));
    return others.length === 0 ? undefined : joinedStrings(others.map((name) => map[name]));
  },

  set(map, key, value) {
    if (isMap(map)) {
      const fields: Map<unknown, unknown> = map;
      for (const name of [...Map.prototype.keys.call(fields)]) if (isSameName(nameOf(name), key)) fields.delete(name);
      fields.set(key, value);
      return;
    }
    if (!isRecord(map)) throw new TypeError('[tracing] mapCarrier has no object to write to.');
    for (const name of namesIn(map)) if (name !== key && isSameName(name, key)) delete map[name];
    setOwn(map, key, value);
  },
};

function namesIn(map: unknown): string[] {
  if (isMap(map)) return entriesOf(map).map(([name]) => name);
  return isRecord(map) ? Object.keys(map) : [];
}

/** Uses the method of `Map` itself: a subclass may return entries without end. */
function entriesOf(map: ReadonlyMap<unknown, unknown>): Array<[name: string, value: unknown]> {
  return Array.from(Map.prototype.entries.call(map), ([name, value]: [unknown, unknown]) => [nameOf(name), value]);
}

function nameOf(name: unknown): string {
  const text = fieldValue(name);
  return typeof text === 'string' ? text : '';
}
