import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { headerValues, pairOf } from './header-values.js';
import { quietly } from './quietly.js';
import { replaceMethod } from './replace-method.js';

/** The request that undici publishes, since version 5; Node.js' own `fetch` publishes it, too. */
export interface UndiciRequest {
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
  readonly upgrade?: unknown;
  /** A list of names and values, or lines in undici 5. */
  headers?: unknown;
  addHeader(name: string, value: string): unknown;
}

/** Our headers of a request, and the hosts that may get them. */
export interface CarriedHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly mayReach: (url: URL) => boolean;
}

/** Set within `tracedFetch`: the channels of undici announce its requests, too. */
export const withinFetch: AsyncLocalStorage<CarriedHeaders | undefined> = new AsyncLocalStorage();

export function urlOf({ path, origin }: UndiciRequest): URL {
  return new URL(String(path), String(origin));
}

/** Removes our headers from a request before it is written: fetch keeps headers when it follows a redirect, also to another host. */
export function removeCarried(request: UndiciRequest, ours: Readonly<Record<string, string>>): void {
  const isOurs = (name: string, value: unknown): boolean => ours[name.toLowerCase()] === String(value);
  const { headers } = request;
  if (typeof headers === 'string') {
    const lines = headers.split('\r\n').filter((line) => !isOurs(...(pairOf(line) as [string, string])));
    request.headers = lines.join('\r\n');
  } else if (Array.isArray(headers)) {
    for (let i = headers.length - 2; i >= 0; i -= 2) {
      if (isOurs(String(headers[i]), headers[i + 1])) headers.splice(i, 2);
    }
  }
}

/**
 * Keeps one of each of our headers: another instrumentation of undici adds its own without a look, and a second `traceparent` makes both
 * invalid. Its header stays, because its span is within ours. It may have added it before this call, or do so after.
 */
export function keepOneOfEach(request: UndiciRequest, ours: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(ours)) {
    if (headerValues(request.headers, name).length > 1) removeOne(request, name, value);
  }
  const { addHeader } = request;
  replaceMethod(request, 'addHeader', function addInsteadOfOurs(this: UndiciRequest, name, value) {
    const own = ours[String(name).toLowerCase()];
    if (own !== undefined) quietly(() => removeOne(this, String(name).toLowerCase(), own), undefined);
    return addHeader.call(this, name, value);
  });
}

/** Removes the first header of this name and value. Another instrumentation may send the same baggage. */
function removeOne(request: UndiciRequest, ourName: string, ourValue: string): void {
  const isOurs = (name: string, value: unknown): boolean =>
    name.toLowerCase() === ourName && String(value) === ourValue;
  const { headers } = request;
  if (typeof headers === 'string') {
    const lines = headers.split('\r\n');
    const index = lines.findIndex((line) => isOurs(...(pairOf(line) as [string, string])));
    if (index !== -1) request.headers = lines.toSpliced(index, 1).join('\r\n');
  } else if (Array.isArray(headers)) {
    for (let i = 0; i < headers.length; i += 2) {
      if (!isOurs(String(headers[i]), headers[i + 1])) continue;
      headers.splice(i, 2);
      return;
    }
  }
}

/**
 * Keeps ids of `tracedFetch` from the targets of redirects, and single beside other instrumentations. Works if undici makes the requests,
 * as in Node.js' own `fetch`.
 */
export function guardCarried(): void {
  if (isGuarding) return;
  isGuarding = true;
  subscribe('undici:request:create', (message) => {
    const carried = withinFetch.getStore();
    if (carried === undefined || Object.keys(carried.headers).length === 0) return;
    const { request } = message as { request: UndiciRequest };
    quietly(() => {
      if (carried.mayReach(urlOf(request))) keepOneOfEach(request, carried.headers);
      else removeCarried(request, carried.headers);
    }, undefined);
  });
}

let isGuarding = false;

/** Our headers that were sent last, for requests that are sent again as redirects. */
export class SentHeaders {
  readonly #sent = new Map<string, Readonly<Record<string, string>>>();
  readonly #firstNames = new Set<string>();

  keep(headers: Readonly<Record<string, string>>): void {
    const [first] = Object.entries(headers);
    if (first === undefined) return;
    this.#firstNames.add(first[0]);
    const key = first.join(': ');
    this.#sent.delete(key);
    this.#sent.set(key, headers);
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > MAX_SENT && oldest !== undefined) this.#sent.delete(oldest);
  }

  /** Those that are among the headers of a request. */
  among(headers: unknown): Readonly<Record<string, string>> | undefined {
    for (const name of this.#firstNames) {
      for (const value of headerValues(headers, name)) {
        const found = this.#sent.get(`${name}: ${value}`);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }
}

const MAX_SENT = 256;
