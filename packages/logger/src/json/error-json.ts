import { types } from 'node:util';
import type { PathNode } from '../redaction/paths.js';
import type { JsonWriter } from './json-writer.js';

/** An error of this or of another realm. */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || (typeof value === 'object' && value !== null && isInstance(value));
}

/** Also of a proxy that was revoked, which cannot be asked. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * An error as JSON: type, message, stack, its own properties, its cause and the members of an AggregateError, each in turn
 * such an object. What was thrown and is no error gets the same shape. `writer.kept` is the same as an object.
 */
export function errorJson(value: unknown, writer: JsonWriter, path: PathNode | undefined = undefined): string {
  if (typeof value === 'object' && value !== null) return writer.within(value, () => writeError(value, writer, path));
  const type = value === null ? 'null' : typeof value;
  const json = typeof value === 'function' ? writer.value(value) : writer.string(String(value));
  if (writer.keepsValues) writer.kept = { type, message: writer.kept };
  return `{"type":${JSON.stringify(type)},"message":${json}}`;
}

/** The same for an object; to be called within `writer.within`. */
export function writeError(error: object, writer: JsonWriter, path: PathNode | undefined): string {
  const kept: Record<string, unknown> | undefined = writer.keepsValues ? {} : undefined;
  const taken = new Set(['type', 'message']);
  const message = textOf(error, 'message');
  let json = `{"type":${writer.string(typeOf(error))}`;
  if (kept !== undefined) kept['type'] = writer.kept;
  json += `,"message":${writer.string(message ?? '')}`;
  if (kept !== undefined) kept['message'] = writer.kept;
  const stack = textOf(error, 'stack');
  if (stack !== undefined) {
    json += `,"stack":${writer.string(stack)}`;
    if (kept !== undefined) kept['stack'] = writer.kept;
    taken.add('stack');
  }
  for (const key of ['cause', 'errors']) if (has(error, key)) taken.add(key);
  const names = ownKeys(error).filter((key) => !own.has(key));
  json += writer.members(error, names, taken, path, kept);
  if (has(error, 'cause')) {
    json += `,"cause":${errorJson(read(error, 'cause'), writer, path)}`;
    if (kept !== undefined) kept['cause'] = writer.kept;
  }
  const errors = read(error, 'errors');
  if (isList(errors) || has(error, 'errors')) {
    json += `,"errors":${isList(errors) ? members(errors, writer, path) : writer.value(errors)}`;
    if (kept !== undefined) kept['errors'] = writer.kept;
  }
  writer.kept = kept;
  return `${json}}`;
}

/** What an error is called: `TimeoutError`. */
export function typeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return error === null ? 'null' : typeof error;
  const name = textOf(error, 'name');
  // A class that sets no name inherits "Error"; its own name is more precise.
  if (name !== undefined && name !== '' && name !== 'Error') return name;
  const className: unknown = read(read(error, 'constructor'), 'name');
  return typeof className === 'string' && className !== '' ? className : (name ?? 'Object');
}

/** The message of what was given as an error. */
export function messageOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error;
  return typeof error === 'object' && error !== null ? textOf(error, 'message') : undefined;
}

const own: ReadonlySet<string> = new Set(['message', 'stack', 'cause', 'errors', 'name']);
const MAX_MEMBERS = 10;

function members(errors: readonly unknown[], writer: JsonWriter, path: PathNode | undefined): string {
  const shown: string[] = [];
  const kept: unknown[] = [];
  for (let i = 0; i < Math.min(errors.length, MAX_MEMBERS) && !writer.isFull; i++) {
    shown.push(errorJson(read(errors, String(i)), writer, path));
    if (writer.keepsValues) kept.push(writer.kept);
  }
  if (errors.length > shown.length) {
    const rest = { type: '…', message: `${errors.length - shown.length} more` };
    shown.push(JSON.stringify(rest));
    kept.push(rest);
  }
  writer.kept = kept;
  return `[${shown.join()}]`;
}

function textOf(error: object, key: string): string | undefined {
  const value = read(error, key);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  try {
    return typeof value === 'object' ? undefined : String(value);
  } catch {
    return undefined;
  }
}

function has(error: object, key: string): boolean {
  return read(error, key) !== undefined;
}

function ownKeys(error: object): string[] {
  try {
    return Object.keys(error);
  } catch {
    return [];
  }
}

function read(value: unknown, key: string): unknown {
  try {
    return value === undefined || value === null ? undefined : (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function isInstance(value: object): boolean {
  try {
    return types.isProxy(value) ? hasErrorNear(value) : value instanceof Error;
  } catch {
    return false; // a proxy whose prototype cannot be asked for
  }
}

/** Of a proxy, whose prototypes may go on without end. */
function hasErrorNear(proxy: object): boolean {
  let prototype: unknown = Object.getPrototypeOf(proxy);
  for (let i = 0; i < MAX_PROTOTYPES && prototype !== null; i++) {
    if (prototype === Error.prototype) return true;
    prototype = Object.getPrototypeOf(prototype);
  }
  return false;
}

const MAX_PROTOTYPES = 8;
