import { isObject } from '@sightline/base';
import { isBytes, listOf } from '../foreign-values.js';

const utf8 = new TextDecoder();
/** Longest value in bytes that is decoded: twice what any field of a propagator may hold. */
const mostBytes = 16_384;

/** The value of a field as text: texts as they are, bytes decoded, also as lists of numbers, which JSON makes of them; other lists with each. `undefined` for everything else. */
export function fieldText(value: unknown): string | string[] | undefined {
  if (typeof value === 'string') return value;
  if (isBytes(value)) return value.length > mostBytes ? undefined : utf8.decode(value);
  const list = listOf(value);
  if (list === undefined) return isObject(value) ? textOfBuffer(value) : undefined;
  if (list.length === 0) return undefined;
  if (list.every(isByte)) return utf8.decode(Uint8Array.from(list));
  const texts: string[] = [];
  for (const each of list) {
    const text = Array.isArray(each) ? undefined : fieldText(each);
    // One that is no text makes the others doubtful: they were meant to be read together.
    if (typeof text !== 'string') return undefined;
    texts.push(text);
  }
  return texts;
}

/** Bytes as JSON has them: `{ "type": "Buffer", "data": […] }`. */
function textOfBuffer(value: object): string | undefined {
  const data = ownValue(value, 'type') === 'Buffer' ? listOf(ownValue(value, 'data')) : undefined;
  return data !== undefined && data.length > 0 && data.every(isByte) ? utf8.decode(Uint8Array.from(data)) : undefined;
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

/** The values of several fields of the same name. */
export function joinedTexts(values: readonly unknown[]): string | string[] | undefined {
  return values.length === 1 ? fieldText(values[0]) : fieldText(values.flatMap((value) => listOf(value) ?? [value]));
}

/** Whether two names differ at most in case. */
export function isSameName(a: string, b: string): boolean {
  return a.length === b.length && a.toLowerCase() === b.toLowerCase();
}

/** A property of the object's own, so that nothing is read of a prototype. */
export function ownValue(holder: unknown, key: string): unknown {
  return isObject<Record<string, unknown>>(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
}

/** Sets a property of the object's own, whatever its name. */
export function setOwn(holder: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
  else holder[key] = value;
}
