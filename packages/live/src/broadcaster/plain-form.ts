import { types } from 'node:util';

/** What an object stands for that is no plain one. */
export type PlainForm =
  | { readonly kind: 'text'; readonly text: string }
  /** Something whose content is not shown. */
  | { readonly kind: 'mark'; readonly text: string }
  | { readonly kind: 'items'; readonly items: Iterable<unknown> | ArrayLike<unknown>; readonly size: number }
  | { readonly kind: 'entries'; readonly entries: Iterable<readonly [unknown, unknown]> }
  | { readonly kind: 'error' }
  | { readonly kind: 'value'; readonly value: unknown };

/**
 * @param object no proxy
 * @returns `undefined` for arrays and for objects that are written member by member
 */
export function plainForm(
  object: object,
  { callsToJson = true }: { readonly callsToJson?: boolean } = {},
): PlainForm | undefined {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) {
    const builtIn = builtInForm(object);
    if (builtIn !== undefined) return builtIn;
  }
  return callsToJson ? jsonForm(object) : undefined;
}

function builtInForm(object: object): PlainForm | undefined {
  if (Array.isArray(object)) return undefined;
  if (types.isDate(object)) {
    const time = Date.prototype.getTime.call(object);
    return text(Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString());
  }
  if (types.isMap(object)) return { kind: 'entries', entries: Map.prototype.entries.call(object) };
  if (types.isSet(object)) return { kind: 'items', items: Set.prototype.values.call(object), size: 0 };
  if (types.isArrayBufferView(object)) return viewForm(object);
  if (types.isAnyArrayBuffer(object)) return mark(`[${object.byteLength} bytes]`);
  if (types.isNativeError(object) || object instanceof Error) return { kind: 'error' };
  if (types.isRegExp(object)) return text(RegExp.prototype.toString.call(object));
  if (types.isPromise(object)) return mark('[Promise]');
  if (types.isWeakMap(object) || types.isWeakSet(object)) return mark('[WeakCollection]');
  if (types.isGeneratorObject(object)) return mark('[Generator]');
  if (types.isBoxedPrimitive(object)) return { kind: 'value', value: object.valueOf() };
  if (object instanceof URL) return text(object.href);
  if (object instanceof URLSearchParams)
    return { kind: 'entries', entries: URLSearchParams.prototype.entries.call(object) };
  if (object instanceof Headers) return { kind: 'entries', entries: Headers.prototype.entries.call(object) };
  return undefined;
}

/** Bytes are of no use to a reader; numbers are. */
function viewForm(view: NodeJS.ArrayBufferView): PlainForm {
  const areBytes = types.isUint8Array(view) || types.isUint8ClampedArray(view) || !types.isTypedArray(view);
  return areBytes
    ? mark(`[${view.byteLength} bytes]`)
    : { kind: 'items', items: view as Iterable<unknown>, size: view.length };
}

function jsonForm(object: object): PlainForm | undefined {
  try {
    const { toJSON } = object as { toJSON?: unknown };
    return typeof toJSON === 'function' ? { kind: 'value', value: toJSON.call(object) } : undefined;
  } catch {
    return mark('[toJSON threw]');
  }
}

function text(value: string): PlainForm {
  return { kind: 'text', text: value };
}

function mark(value: string): PlainForm {
  return { kind: 'mark', text: value };
}
