/**
 * An object of any kind, arrays included; no function.
 * @typeParam T what is read of it afterwards, if anything
 */
export function isObject<T extends object = object>(value: unknown): value is T {
  return typeof value === 'object' && value !== null;
}

/** An object with named members: no array, no function. */
export function isRecord<T extends object = Readonly<Record<string, unknown>>>(value: unknown): value is T {
  return isObject(value) && !Array.isArray(value);
}

/** What can have properties of its own, be a key of a `WeakMap` or be wrapped in a `Proxy`. */
export function isObjectOrFunction(value: unknown): value is object {
  return isObject(value) || typeof value === 'function';
}

/** What `await` waits for. A getter `then` runs, and may throw. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObjectOrFunction(value) && typeof (value as { then?: unknown }).then === 'function';
}
