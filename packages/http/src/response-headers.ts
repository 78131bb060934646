import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { headerValues, pairsOf } from './header-values.js';
import type { NodeResponse } from './node-messages.js';
import { quietly } from './quietly.js';
import { replaceMethod } from './replace-method.js';

/** Names are in lower case. */
export type HeaderPairs = ReadonlyArray<readonly [name: string, value: string]>;

/** Returns all values of a sent header, by its name in lower case. */
export type SentHeaders = (name: string) => readonly string[];

/** Knows the headers to add to a response. */
export interface HeaderSource {
  responseHeaders(): HeaderPairs;
  readonly recordsResponseHeaders: boolean;
  /** Called with the sent head, without the headers that Node.js adds, if headers are recorded. */
  respond(sent: SentHeaders): void;
}

/**
 * Adds headers to the head of a response when it is written, in any form of `writeHead`. Headers set by the service stay. `setHeader`
 * in advance would change more: `writeHead` then merges its headers and keeps only one of several values in an array (Node.js,
 * `response.writeHead`).
 */
export function addHeaders(response: NodeResponse, source: HeaderSource): void {
  if (response.headersSent) return;
  if ('stream' in response) addToStream(response.stream, source);
  else addToHead(response, source);
}

/** Wraps `writeHead`: implicit heads and `flushHeaders` call it, too. */
function addToHead(response: ServerResponse, source: HeaderSource): void {
  const { writeHead } = response;
  replaceMethod(response, 'writeHead', function writeHeadWithOurs(this: ServerResponse, ...given: unknown[]): unknown {
    const set: string[] = [];
    let args = given;
    try {
      if (!this.headersSent) args = argumentsWith(source.responseHeaders(), this, given, set);
    } catch {
      // Headers that Node.js refuses: it says so below.
    }
    if (source.recordsResponseHeaders && !this.headersSent) {
      const headers = args[headersIndex(args)];
      quietly(() => source.respond((name) => valuesSent(this, headers, name)), undefined);
    }
    try {
      return Reflect.apply(writeHead, this, args);
    } catch (error) {
      for (const name of set) quietly(() => this.removeHeader(name), undefined);
      throw error;
    }
  } as typeof writeHead);
}

/** @param set gets the names of headers that were set on the response. */
function argumentsWith(ours: HeaderPairs, response: ServerResponse, given: unknown[], set: string[]): unknown[] {
  const index = headersIndex(given);
  const headers = given[index];
  const present = headers === undefined ? noNames : namesIn(headers);
  const isMerged = response.getHeaderNames().length > 0;
  const missing: Array<readonly [string, string]> = [];
  for (const pair of ours) {
    const [name, value] = pair;
    if (present.has(name) || (isMerged && response.hasHeader(name))) continue;
    if (isMerged) {
      // Node.js merges the given headers into these anyway.
      response.setHeader(name, value);
      set.push(name);
    } else missing.push(pair);
  }
  if (isMerged) return given;
  const args = [...given];
  args[index] = headersWith(headers, missing);
  return args;
}

/** writeHead(status, message, headers), writeHead(status, headers) */
function headersIndex(args: readonly unknown[]): 1 | 2 {
  return typeof args[1] === 'string' || (args[2] ?? undefined) !== undefined ? 2 : 1;
}

/** Headers of `writeHead` replace those set before. */
function valuesSent(response: ServerResponse, given: unknown, name: string): readonly string[] {
  const values = headerValues(given, name);
  return values.length > 0 ? values : headerValues({ [name]: response.getHeader(name) }, name);
}

function addToStream(stream: ServerHttp2Stream, source: HeaderSource): void {
  const add = (name: 'respond' | 'respondWithFD' | 'respondWithFile', index: 0 | 1): void => {
    const method = stream[name] as (...args: unknown[]) => unknown;
    replaceMethod(stream, name, function respondWithOurs(this: unknown, ...given: unknown[]): unknown {
      const args = quietly(() => {
        const headers = given[index];
        const present = namesIn(headers);
        const missing = source.responseHeaders().filter(([name]) => !present.has(name));
        return given.toSpliced(index, 1, headersWith(headers, missing));
      }, given);
      if (source.recordsResponseHeaders) {
        quietly(() => source.respond((header) => headerValues(args[index], header)), undefined);
      }
      return Reflect.apply(method, this, args);
    } as never);
  };
  add('respond', 0);
  add('respondWithFD', 1);
  add('respondWithFile', 1);
}

/** A copy in the same form with more headers. A value that Node.js refuses or ignores stays unchanged. */
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

/** Distinguishes `[[name, value], …]` from `[name, value, …]` as Node.js does. */
function isNested(headers: readonly unknown[]): boolean {
  return Array.isArray(headers[0]);
}
