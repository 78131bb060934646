import { isObject } from '@sightline/base';
import type { CarrierAdapter } from './carrier-adapter.js';
import { ownValue } from './field-value.js';
import { type FieldMap, mapCarrier } from './map-carrier.js';

/** Fields in an object inside the message, at one of several paths: uses the first that exists, or creates the last. */
export function nestedFields(paths: ReadonlyArray<readonly string[]>): CarrierAdapter<object> {
  const found = (message: object): FieldMap => {
    for (const path of paths) {
      const fields = path.reduce<unknown>(ownValue, message);
      if (isObject<Record<string, unknown>>(fields)) return fields;
    }
    return {};
  };
  return {
    keys: (message) => mapCarrier.keys(found(message)),
    get: (message, key) => mapCarrier.get(found(message), key),
    set(message, key, value) {
      const existing = paths.find((path) => isObject<Record<string, unknown>>(path.reduce<unknown>(ownValue, message)));
      const path = existing ?? placeFor(message, paths);
      mapCarrier.set(path.reduce<FieldMap>(madeField, message as FieldMap), key, value);
    },
  };
}

/** The path with the most existing steps: if a message has `properties`, its headers go there. */
function placeFor(message: object, paths: ReadonlyArray<readonly string[]>): readonly string[] {
  const begun = paths.find(
    ([first = '', ...rest]) => rest.length > 0 && isObject<Record<string, unknown>>(ownValue(message, first)),
  );
  return begun ?? paths.at(-1) ?? [];
}

function madeField(holder: FieldMap, name: string): FieldMap {
  const field = ownValue(holder, name);
  if (isObject<Record<string, unknown>>(field)) return field;
  const made: FieldMap = {};
  holder[name] = made;
  return made;
}
