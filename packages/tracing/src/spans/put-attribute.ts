import type { Attributes } from '@opentelemetry/api';

/**
 * `attributes[key] = value`, also for the names of members that every object has: an assignment to `toString` throws where
 * `Object.prototype` is frozen, as services do against its pollution.
 */
export function putAttribute(attributes: Attributes, key: string, value: Attributes[string]): void {
  if (key in attributes && !Object.hasOwn(attributes, key)) {
    Object.defineProperty(attributes, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    attributes[key] = value;
  }
}
