import { types } from 'node:util';

/** What an object that is no plain one stands for. */
export type PlainForm =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'items'; readonly items: Iterable<unknown> | ArrayLike<unknown>; readonly size: number }
  | { readonly kind: 'entries'; readonly entries: Iterable<readonly [unknown, unknown]>; readonly size: number }
  | { readonly kind: 'converted'; readonly value: unknown };

/** @returns `undefined` for arrays and for objects that are written member by member. Never throws for what it is given. */
export function plainForm(
  object: object,
  { callsToJson = true }: { callsToJson?: boolean } = {},
): PlainForm | undefined {
  const builtIn = builtInForm(object);
  if (builtIn !== undefined) return builtIn;
  if (callsToJson) {
    const converted = jsonForm(object);
    if (converted !== undefined) return converted;
  }
  const name = classNameOf(object);
  if (name === 'IncomingMessage' || name === 'ServerResponse' || name === 'ClientRequest')
    return httpForm(object, name);
  // Sockets, servers and streams hold half of the process.
  return name !== undefined && machinery.has(name) ? string(`[${name}]`) : undefined;
}

const machinery: ReadonlySet<string> = new Set([
  'Socket',
  'TLSSocket',
  'Server',
  'Agent',
  'ReadStream',
  'WriteStream',
  'Timeout',
  'Immediate',
  'AbortSignal',
  'AbortController',
  'ReadableStream',
  'WritableStream',
  'MessagePort',
  'Worker',
  'ChildProcess',
]);

function builtInForm(object: object): PlainForm | undefined {
  if (Array.isArray(object)) return undefined;
  if (types.isDate(object)) {
    const time = Date.prototype.getTime.call(object);
    return string(Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString());
  }
  if (types.isMap(object)) {
    const map: ReadonlyMap<unknown, unknown> = object;
    return { kind: 'entries', entries: Map.prototype.entries.call(map), size: sizeOf(map, Map.prototype) };
  }
  if (types.isSet(object)) {
    const set: ReadonlySet<unknown> = object;
    return { kind: 'items', items: Set.prototype.values.call(set), size: sizeOf(set, Set.prototype) };
  }
  if (types.isArrayBufferView(object)) return viewForm(object);
  if (types.isAnyArrayBuffer(object)) return string(`[ArrayBuffer ${object.byteLength} bytes]`);
  if (types.isRegExp(object)) return string(RegExp.prototype.toString.call(object));
  if (types.isPromise(object)) return string('[Promise]');
  if (types.isWeakMap(object) || types.isWeakSet(object)) return string('[WeakCollection]');
  if (types.isGeneratorObject(object)) return string('[Generator]');
  if (types.isBoxedPrimitive(object))
    return { kind: 'converted', value: Object.prototype.valueOf.call(object).valueOf() };
  return webForm(object);
}

function viewForm(view: NodeJS.ArrayBufferView): PlainForm {
  if (types.isUint8Array(view) || types.isUint8ClampedArray(view) || !types.isTypedArray(view)) {
    return string(`[${Buffer.isBuffer(view) ? 'Buffer' : 'Bytes'} ${view.byteLength} bytes]`);
  }
  return { kind: 'items', items: view as Iterable<unknown>, size: view.length };
}

/** URL, URLSearchParams, Headers and FormData have no members of their own. */
function webForm(object: object): PlainForm | undefined {
  if (object instanceof URL) return string(object.href);
  if (object instanceof URLSearchParams || object instanceof Headers || object instanceof FormData) {
    const prototype =
      object instanceof URLSearchParams ? URLSearchParams : object instanceof Headers ? Headers : FormData;
    // Of the class itself: one that extends it may give entries without end.
    const entries = [...(prototype.prototype.entries.call(object as never) as Iterable<readonly [unknown, unknown]>)];
    return { kind: 'entries', entries, size: entries.length };
  }
  return undefined;
}

function jsonForm(object: object): PlainForm | undefined {
  try {
    const { toJSON } = object as { toJSON?: unknown };
    return typeof toJSON === 'function' ? { kind: 'converted', value: toJSON.call(object) } : undefined;
  } catch {
    return string('[toJSON threw]');
  }
}

function httpForm(object: object, name: string): PlainForm {
  const { method, url, path, statusCode, headers, getHeaders } = object as Readonly<Record<string, unknown>>;
  const isRequest = name !== 'ServerResponse' && typeof method === 'string';
  const value = {
    ...(isRequest ? { method, url: url ?? path } : { statusCode }),
    headers: typeof getHeaders === 'function' ? { ...(getHeaders.call(object) as object) } : headers,
  };
  return { kind: 'converted', value };
}

function classNameOf(object: object): string | undefined {
  try {
    const name: unknown = (object as { constructor?: { name?: unknown } }).constructor?.name;
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

function sizeOf(collection: object, prototype: object): number {
  const size: unknown = Reflect.get(prototype, 'size', collection);
  return typeof size === 'number' ? size : 0;
}

function string(value: string): PlainForm {
  return { kind: 'string', text: value };
}
