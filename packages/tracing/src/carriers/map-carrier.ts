import type { CarrierAdapter } from './carrier-adapter.js';
import { fieldText, isSameName, joinedTexts, ownValue, setOwn } from './field-text.js';

/** A plain object of texts or bytes, or of lists of them. */
export type FieldMap = Record<string, unknown>;

/** Plain objects: fields of a job, attributes of a row. Names are found in any case, values may be text or bytes. */
export const mapCarrier: CarrierAdapter<FieldMap> = {
  keys: namesIn,

  get(map, key) {
    const exact = ownValue(map, key);
    if (exact !== undefined) return fieldText(exact);
    const others = namesIn(map).filter((name) => isSameName(name, key));
    return others.length === 0 ? undefined : joinedTexts(others.map((name) => map[name]));
  },

  set(map, key, value) {
    if (!isMap(map)) throw new TypeError('[tracing] mapCarrier has no object to write to.');
    for (const name of namesIn(map)) if (name !== key && isSameName(name, key)) delete map[name];
    setOwn(map, key, value);
  },
};

function namesIn(map: unknown): string[] {
  return isMap(map) ? Object.keys(map) : [];
}

/** No list and no text: their names are numbers, and may be millions. */
function isMap(value: unknown): value is FieldMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
