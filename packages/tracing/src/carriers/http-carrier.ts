import { listOf } from '../untrusted-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';
import { fieldValue, isSameName } from './field-value.js';
import { mapCarrier } from './map-carrier.js';

/**
 * Headers of an HTTP message: an object such as `request.headers`, in any case; the flat list `request.rawHeaders`, which
 * shows repeated headers as they were; a list of pairs; or Fetch's `Headers`.
 */
export type HttpHeaders = Record<string, unknown> | readonly string[] | FetchHeaders;

/** The methods used of Fetch's `Headers` and of similar classes. */
export interface FetchHeaders {
  get(name: string): string | null;
  set(name: string, value: string): void;
  keys(): Iterable<string>;
}

/** HTTP headers. Only objects and Fetch's `Headers` can be written to. */
export const httpCarrier: CarrierAdapter<HttpHeaders> = {
  keys(headers) {
    if (isFlat(headers))
      return flatList(headers).filter((name, i): name is string => i % 2 === 0 && typeof name === 'string');
    return isFetch(headers) ? firstOf(headers.keys()) : mapCarrier.keys(headers);
  },

  get(headers, key) {
    if (isFlat(headers)) {
      const list = flatList(headers);
      return fieldValue(list.filter((_, i) => i % 2 === 1 && isName(list[i - 1], key)));
    }
    // Repeated headers are one string there, joined by a comma and a space.
    return isFetch(headers) ? (headers.get(key) ?? undefined) : mapCarrier.get(headers, key);
  },

  set(headers, key, value) {
    if (isFlat(headers))
      throw new TypeError('[tracing] httpCarrier cannot write to rawHeaders. Pass an object of headers.');
    if (isFetch(headers)) headers.set(key, value);
    else mapCarrier.set(headers, key, value);
  },
};

function isFlat(headers: HttpHeaders): headers is readonly string[] {
  return Array.isArray(headers);
}

/** Also takes a list of pairs, as `fetch` does. */
function flatList(headers: readonly unknown[]): readonly unknown[] {
  const list = listOf(headers) ?? [];
  return list.length > 0 && list.every((pair) => Array.isArray(pair) && pair.length === 2) ? list.flat() : list;
}

function isFetch(headers: HttpHeaders): headers is FetchHeaders {
  // A header may be called "get", but its value is no function.
  return typeof (headers as Partial<FetchHeaders>)?.get === 'function' && !isFlat(headers);
}

function firstOf(names: Iterable<string>): string[] {
  const first: string[] = [];
  for (const name of names) {
    if (first.length === MAX_NAMES) break;
    first.push(name);
  }
  return first;
}

const MAX_NAMES = 1000;

function isName(given: unknown, key: string): boolean {
  return typeof given === 'string' && isSameName(given, key);
}
