import type { TextMapGetter } from '@opentelemetry/api';
import { listOf } from '../untrusted-values.js';

/**
 * The value of a field that must not be repeated, without surrounding white space. `undefined` if there is none, if there are
 * several, or if it is no string.
 */
export function singleValue<C>(carrier: C, getter: TextMapGetter<C>, key: string): string | undefined {
  const value: unknown = getter.get(carrier, key);
  if (typeof value === 'string') return trimmed(value);
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string') return trimmed(value[0]);
  return undefined;
}

/** The first value of a field; repeated ones may be a list or joined by commas. `undefined` if it is no string. */
export function firstValue<C>(carrier: C, getter: TextMapGetter<C>, key: string): string | undefined {
  const value: unknown = getter.get(carrier, key);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== 'string') return undefined;
  const comma = first.indexOf(',');
  return trimmed(comma === -1 ? first : first.slice(0, comma));
}

/** Whether there is no such field. Some getters return `null` for that, as Fetch's `Headers` does. */
export function isAbsent<C>(carrier: C, getter: TextMapGetter<C>, key: string): boolean {
  const value: unknown = getter.get(carrier, key);
  return value === undefined || value === null;
}

/** The values of a field that is a list, joined by commas (RFC 9110, section 5.3). `undefined` if one of them is no string. */
export function listValue<C>(carrier: C, getter: TextMapGetter<C>, key: string): string | undefined {
  const value: unknown = getter.get(carrier, key);
  if (typeof value === 'string') return value;
  const list = listOf(value);
  if (list === undefined || list.length === 0) return undefined;
  return list.every((each) => typeof each === 'string') ? list.join(',') : undefined;
}

export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Without spaces and tabs at its ends; `trim` would remove more. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}
