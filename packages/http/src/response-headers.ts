import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { headerValues, pairsOf } from './header-values.js';
import type { NodeResponse } from './node-messages.js';
import { quietly } from './quietly.js';
import { replaceMethod } from './replace-method.js';

/** Names are in lower case. */
export type HeaderPairs = ReadonlyArray<readonly [name: string, value: string]>;

/** Gives all values of a header as it is sent, by its name in lower case. */
export type SentHeaders = (name: string) => readonly string[];

/**
 * Adds headers to the head of a response at the moment at which it is written, to whatever form it was given in. Those that the service
 * has set itself stay. `setHeader` ahead of time would change more than it adds: `writeHead` then merges what it is given, and keeps one of
 * several values in an array (Node.js, `response.writeHead`).
 * @param seen called with the head as it is sent, without what Node.js itself adds
 */
export function addHeaders(
  response: NodeResponse,
  headersOf: () => HeaderPairs,
  seen?: (sent: SentHeaders) => void,
): void {
  if (response.headersSent) return;
  if ('stream' in response) addToStream(response.stream, headersOf, seen);
  else addToHead(response, headersOf, seen);
}

/** Implicit heads, and `flushHeaders`, call `writeHead` of the response itself. */
function addToHead(
  response: ServerResponse,
  headersOf: () => HeaderPairs,
  seen: ((sent: SentHeaders) => void) | undefined,
): void {
  const { writeHead } = response;
  replaceMethod(response, 'writeHead', function writeHeadWithOurs(this: ServerResponse, ...given: unknown[]): unknown {
    const set: string[] = [];
    const args = quietly(() => (this.headersSent ? given : argumentsWith(headersOf(), this, given, set)), given);
    if (seen !== undefined && !this.headersSent) {
      const headers = args[headersIndex(args)];
      quietly(() => seen((name) => valuesSent(this, headers, name)), undefined);
    }
    try {
      return Reflect.apply(writeHead, this, args);
    } catch (error) {
      for (const name of set) quietly(() => this.removeHeader(name), undefined);
      throw error;
    }
  } as typeof writeHead);
}

/** @param set gets the names of those that were set on the response. */
function argumentsWith(ours: HeaderPairs, response: ServerResponse, given: unknown[], set: string[]): unknown[] {
  const index = headersIndex(given);
  const headers = given[index];
  const present = namesIn(headers);
  const missing = ours.filter(([name]) => !present.has(name) && !response.hasHeader(name));
  if (response.getHeaderNames().length > 0) {
    // Node.js is going to merge what is given into these anyway.
    for (const [name, value] of missing) {
      response.setHeader(name, value);
      set.push(name);
    }
    return given;
  }
  return given.toSpliced(index, 1, headersWith(headers, missing));
}

/** writeHead(status, message, headers), writeHead(status, headers) */
function headersIndex(args: readonly unknown[]): 1 | 2 {
  return typeof args[1] === 'string' || (args[2] ?? undefined) !== undefined ? 2 : 1;
}

/** What is given to `writeHead` replaces what was set before. */
function valuesSent(response: ServerResponse, given: unknown, name: string): readonly string[] {
  const values = headerValues(given, name);
  return values.length > 0 ? values : headerValues({ [name]: response.getHeader(name) }, name);
}

function addToStream(
  stream: ServerHttp2Stream,
  headersOf: () => HeaderPairs,
  seen: ((sent: SentHeaders) => void) | undefined,
): void {
  const add = (name: 'respond' | 'respondWithFD' | 'respondWithFile', index: 0 | 1): void => {
    const method = stream[name] as (...args: unknown[]) => unknown;
    replaceMethod(stream, name, function respondWithOurs(this: unknown, ...given: unknown[]): unknown {
      const args = quietly(() => {
        const headers = given[index];
        const present = namesIn(headers);
        const missing = headersOf().filter(([name]) => !present.has(name));
        return given.toSpliced(index, 1, headersWith(headers, missing));
      }, given);
      if (seen !== undefined) quietly(() => seen((header) => headerValues(args[index], header)), undefined);
      return Reflect.apply(method, this, args);
    } as never);
  };
  add('respond', 0);
  add('respondWithFD', 1);
  add('respondWithFile', 1);
}

/** A copy of the same form with more in it. What Node.js would refuse, or take no headers from, stays as it is. */
function headersWith(headers: unknown, more: HeaderPairs): unknown {
  if (headers === undefined || headers === null) return Object.fromEntries(more);
  if (typeof headers !== 'object') return headers;
  if (!Array.isArray(headers)) return { ...headers, ...Object.fromEntries(more) };
  if (isNested(headers)) return [...headers, ...more];
  return headers.length % 2 === 0 ? [...headers, ...more.flat()] : headers;
}

function namesIn(headers: unknown): ReadonlySet<string> {
  if (typeof headers !== 'object' || headers === null) return noNames;
  const names: unknown[] = Array.isArray(headers) ? pairsOf(headers).map(([name]) => name) : Object.keys(headers);
  return new Set(names.map((name) => String(name).toLowerCase()));
}

const noNames: ReadonlySet<string> = new Set();

/** As Node.js tells `[[name, value], …]` from `[name, value, …]`. */
function isNested(headers: readonly unknown[]): boolean {
  return Array.isArray(headers[0]);
}
