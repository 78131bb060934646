import type { CarrierAdapter } from './carrier-adapter.js';
import { fieldText, isSameName, joinedTexts, ownValue, setOwn } from './field-text.js';

/** A plain object of texts or bytes, or of lists of them. */
export type FieldMap = Record<string, unknown>;

/** Plain objects: fields of a job, attributes of a row. Names are found in any case, values may be text or bytes. */
export const mapCarrier: CarrierAdapter<FieldMap> = {
  keys: (map) => Object.keys(map ?? {}),

  get(map, key) {
    const exact = ownValue(map, key);
    if (exact !== undefined) return fieldText(exact);
    const others = Object.keys(map ?? {}).filter((name) => isSameName(name, key));
    return others.length === 0 ? undefined : joinedTexts(others.map((name) => map[name]));
  },

  set(map, key, value) {
    for (const name of Object.keys(map)) if (name !== key && isSameName(name, key)) delete map[name];
    setOwn(map, key, value);
  },
};
