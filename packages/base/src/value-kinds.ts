/**
 * Whether a value is an object, arrays included. Not a function.
 * @typeParam T the type to narrow to
 */
export function isObject<T extends object = object>(value: unknown): value is T {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is an object, but not an array or a function. */
export function isRecord<T extends object = Readonly<Record<string, unknown>>>(value: unknown): value is T {
  return isObject(value) && !Array.isArray(value);
}

/** Whether a value can have properties, be a key of a `WeakMap` or be wrapped in a `Proxy`. */
export function isObjectOrFunction(value: unknown): value is object {
  return isObject(value) || typeof value === 'function';
}

/** Whether `await` waits for a value. Runs a getter `then`, which may throw. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObjectOrFunction(value) && typeof (value as { then?: unknown }).then === 'function';
}

/**
 * An object whose members are its properties, such as options or labels: no array, and no `Map` or `Headers`, of which nothing would be
 * read. Never throws.
 * @typeParam T what is read of it afterwards, if anything
 */
export function hasNamedMembers<T extends object = Readonly<Record<string, unknown>>>(value: unknown): value is T {
  try {
    return isRecord<object>(value) && !(Symbol.iterator in value);
  } catch {
    return false; // a revoked proxy, or one that throws
  }
}
