import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { NodeResponse } from './node-messages.js';
import { quietly } from './quietly.js';
import { replaceMethod } from './replace-method.js';

/** Names are in lower case. */
export type HeaderPairs = ReadonlyArray<readonly [name: string, value: string]>;

/**
 * Adds headers to the head of a response at the moment at which it is written, to whatever form it was given in. Those that the service
 * has set itself stay. `setHeader` ahead of time would change more than it adds: `writeHead` then merges what it is given, and keeps one of
 * several values in an array (Node.js, `response.writeHead`).
 */
export function addHeaders(response: NodeResponse, headersOf: () => HeaderPairs): void {
  if (response.headersSent) return;
  if ('stream' in response) addToStream(response.stream, headersOf);
  else addToHead(response, headersOf);
}

/** Implicit heads, and `flushHeaders`, call `writeHead` of the response itself. */
function addToHead(response: ServerResponse, headersOf: () => HeaderPairs): void {
  const { writeHead } = response;
  replaceMethod(response, 'writeHead', function writeHeadWithOurs(this: ServerResponse, ...given: unknown[]): unknown {
    const set: string[] = [];
    const args = quietly(() => (this.headersSent ? given : argumentsWith(headersOf(), this, given, set)), given);
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
  // writeHead(status, message, headers), writeHead(status, headers)
  const index = typeof given[1] === 'string' || (given[2] ?? undefined) !== undefined ? 2 : 1;
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

function addToStream(stream: ServerHttp2Stream, headersOf: () => HeaderPairs): void {
  const add = (name: 'respond' | 'respondWithFD' | 'respondWithFile', index: 0 | 1): void => {
    const method = stream[name] as (...args: unknown[]) => unknown;
    replaceMethod(stream, name, function respondWithOurs(this: unknown, ...given: unknown[]): unknown {
      const args = quietly(() => {
        const headers = given[index];
        const present = namesIn(headers);
        const missing = headersOf().filter(([name]) => !present.has(name));
        return given.toSpliced(index, 1, headersWith(headers, missing));
      }, given);
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
  const names: unknown[] = Array.isArray(headers)
    ? isNested(headers)
      ? headers.map((pair: readonly unknown[]) => pair[0])
      : headers.filter((_, index) => index % 2 === 0)
    : Object.keys(headers);
  return new Set(names.map((name) => String(name).toLowerCase()));
}

const noNames: ReadonlySet<string> = new Set();

/** As Node.js tells `[[name, value], …]` from `[name, value, …]`. */
function isNested(headers: readonly unknown[]): boolean {
  return Array.isArray(headers[0]);
}
