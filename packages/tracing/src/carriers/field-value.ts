import { isObject } from '@sightline/base';
import { isBytes, listOf } from '../untrusted-values.js';

const utf8 = new TextDecoder();
/** Longest value that is decoded: twice the limit of any field of a propagator. */
const maxBytes = 16_384;

/**
 * The value of a field as a string: strings unchanged, bytes decoded, also bytes that JSON wrote as a list of numbers; of other
 * lists each element. `undefined` for everything else.
 */
export function fieldValue(value: unknown): string | string[] | undefined {
  if (typeof value === 'string') return value;
  if (isBytes(value)) return value.length > maxBytes ? undefined : utf8.decode(value);
  const list = listOf(value);
  if (list === undefined) return isObject(value) ? stringOfBuffer(value) : undefined;
  if (list.length === 0) return undefined;
  if (list.every(isByte)) return utf8.decode(Uint8Array.from(list));
  const texts: string[] = [];
  for (const each of list) {
    const text = Array.isArray(each) ? undefined : fieldValue(each);
    // If one is no string, the others are doubtful: they were meant to be read together.
    if (typeof text !== 'string') return undefined;
    texts.push(text);
  }
  return texts;
}

/** Bytes as JSON writes them: `{ "type": "Buffer", "data": […] }`. */
function stringOfBuffer(value: object): string | undefined {
  const data = ownValue(value, 'type') === 'Buffer' ? listOf(ownValue(value, 'data')) : undefined;
  return data !== undefined && data.length > 0 && data.every(isByte) ? utf8.decode(Uint8Array.from(data)) : undefined;
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

/** The values of several fields of the same name. */
export function joinedStrings(values: readonly unknown[]): string | string[] | undefined {
  return values.length === 1 ? fieldValue(values[0]) : fieldValue(values.flatMap((value) => listOf(value) ?? [value]));
}

/** Whether two names differ at most in case. */
export function isSameName(a: string, b: string): boolean {
  return a.length === b.length && a.toLowerCase() === b.toLowerCase();
}

/** Reads an own property only, never one of a prototype. */
export function ownValue(holder: unknown, key: string): unknown {
  return isObject<Record<string, unknown>>(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
}

/** Sets an own property, also one called `__proto__`. */
export function setOwn(holder: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
  else holder[key] = value;
}
