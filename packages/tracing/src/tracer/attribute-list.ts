import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { putAttribute } from '../spans/put-attribute.js';

/**
 * Sets an attribute in a list of alternating names and values. Returns false if there is no room for a new name.
 *
 * A list, not an object: objects with names of their own each cost 50 to 100 ns an attribute, this 5 to 10 (bench/tracing-spans).
 */
export function setInList(list: unknown[], key: string, value: AttributeValue, limit: number): boolean {
  for (let i = 0; i < list.length; i += 2) {
    if (list[i] === key) {
      list[i + 1] = value;
      return true;
    }
  }
  if (list.length >= 2 * limit) return false;
  list.push(key, value);
  return true;
}

/** The same in an object whose names were all set by this function. */
export function setInObject(attributes: Attributes, key: string, value: AttributeValue, limit: number): boolean {
  if (!Object.hasOwn(attributes, key) && Object.keys(attributes).length >= limit) return false;
  putAttribute(attributes, key, value);
  return true;
}

export function objectOfList(list: readonly unknown[]): Attributes {
  const attributes: Attributes = {};
  for (let i = 0; i < list.length; i += 2) {
    putAttribute(attributes, list[i] as string, list[i + 1] as AttributeValue);
  }
  return attributes;
}

export function listOfObject(attributes: Readonly<Record<string, unknown>> | undefined): unknown[] {
  const list: unknown[] = [];
  for (const key in attributes) if (Object.hasOwn(attributes, key)) list.push(key, attributes[key]);
  return list;
}
