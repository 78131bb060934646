import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { headerValues, pairOf } from './header-values.js';
import { quietly } from './quietly.js';

/** What undici publishes of a request, since version 5; Node.js' own `fetch` is of that kind. */
export interface UndiciRequest {
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
  readonly upgrade?: unknown;
  /** A list of names and values, or lines in undici 5. */
  headers?: unknown;
  addHeader(name: string, value: string): void;
}

/** Headers of ours that a request got, and where they may go. */
export interface CarriedHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly mayReach: (url: URL) => boolean;
}

/** Within `tracedFetch`, whose requests the channels of undici announce too. */
export const withinFetch: AsyncLocalStorage<CarriedHeaders | undefined> = new AsyncLocalStorage();

export function urlOf({ path, origin }: UndiciRequest): URL {
  return new URL(String(path), String(origin));
}

/** Fetch carries headers along when it follows a redirect, also to another host: takes ours out before such a request is written. */
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

/** Keeps the ids of `tracedFetch` from hosts that a redirect leads to. Works where undici makes the requests, as in Node.js' own `fetch`. */
export function guardRedirects(): void {
  if (isGuarding) return;
  isGuarding = true;
  subscribe('undici:request:create', (message) => {
    const carried = withinFetch.getStore();
    if (carried === undefined || Object.keys(carried.headers).length === 0) return;
    const { request } = message as { request: UndiciRequest };
    quietly(() => {
      if (!carried.mayReach(urlOf(request))) removeCarried(request, carried.headers);
    }, undefined);
  });
}

let isGuarding = false;

/** The headers of ours that were sent last, for requests that turn up again as redirects. */
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

  /** Those that the headers of a request have. */
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
