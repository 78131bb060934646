import { isObjectOrFunction } from './value-kinds.js';

/** Called when a call is done: without an argument if it succeeded, else with the error. */
export type WhenDone = (failure?: { readonly error: unknown }) => void;

/** The contexts in which a thenable works and in which its consumer continues. */
export interface SubscriptionScope {
  /** Runs the first subscription, which may start the work. */
  readonly run: <T>(subscribe: () => T) => T;
  /** Binds a handler to the context of its consumer. */
  readonly bind: (handler: Handler) => Handler;
}

type Handler = (value: unknown) => unknown;

/**
 * Calls `fn`, and calls `callback` once when it is done or has failed: at once for a plain value, else when the promise settles.
 * Returns what `fn` returns, or a promise that settles in the same way: see `whenSettled`.
 */
export function callThen<T>(fn: () => T, callback: WhenDone): T {
  let result: T;
  try {
    result = fn();
  } catch (error) {
    callback({ error });
    throw error;
  }
  return whenSettled(result, callback);
}

/**
 * Calls `callback` once when `result` is done: at once for a plain value, else when the promise settles. A rejection that the caller
 * does not handle stays unhandled.
 *
 * - For a native promise, returns a new promise that settles in the same way and has the added properties.
 * - For a promise of a subclass, returns the same object, because its methods may depend on it. Its `then` is replaced until the
 *   first subscription, which decides whether its rejection is handled.
 * - For any other thenable, returns the same object. It may start its work at the first subscription (query builders), so only its
 *   consumer subscribes: the call is done when that subscription settles. A frozen thenable is done at once.
 */
export function whenSettled<T>(result: T, callback: WhenDone, scope: SubscriptionScope = here): T {
  const then = thenOf(result);
  if (then === undefined) {
    callback();
    return result;
  }
  const promise = result as object;
  try {
    const ofLanguage = watched.get(promise);
    if (ofLanguage !== undefined) {
      follow(promise, ofLanguage, callback, ignore, ignore);
      return result;
    }
    if (isNative(then, promise)) {
      return (isPlain(promise) ? derivedFrom(promise, then, callback) : besideOf(promise, then, callback)) as T;
    }
  } catch {
    // Not a promise although it looks like one, or a subclass that cannot be constructed.
  }
  callWhenSubscribed(promise, then, callback, scope);
  return result;
}

// The number goes up when what is kept changes.
const watchedKey: unique symbol = Symbol.for('sightline.base.watched.v1') as never;

type Then = (this: unknown, onValue?: Handler | null, onError?: Handler | null) => unknown;

const shared = globalThis as { [watchedKey]?: WeakMap<object, Then> };
shared[watchedKey] ??= new WeakMap();

/** Promises of subclasses that wait for their first subscription, with their native `then`. All copies of this package share it. */
const watched: WeakMap<object, Then> = shared[watchedKey];

const nativeThen = Promise.prototype.then as Then;

const here: SubscriptionScope = { run: (subscribe) => subscribe(), bind: (handler) => handler };

function thenOf(value: unknown): Then | undefined {
  try {
    const then: unknown = isObjectOrFunction(value) && (value as { then?: unknown }).then;
    return typeof then === 'function' ? (then as Then) : undefined;
  } catch {
    return undefined; // a getter or a proxy that throws
  }
}

/** Whether `then` is native, also in another realm (`vm`, test runners), where `instanceof Promise` is false. */
function isNative(then: Then, promise: object): boolean {
  if (then === nativeThen) return true;
  return (
    !(promise instanceof Promise) &&
    Object.prototype.toString.call(promise) === '[object Promise]' &&
    Function.prototype.toString.call(then) === Function.prototype.toString.call(nativeThen)
  );
}

/** Not a subclass: the prototype of a subclass inherits `then`. */
function isPlain(promise: object): boolean {
  return Object.hasOwn(Object.getPrototypeOf(promise), 'then');
}

/**
 * Subscribes, and reports before each handler. Without handlers the result settles in the same way, so that handling it or not has
 * the same effect.
 */
function follow(
  thenable: unknown,
  then: Then,
  done: WhenDone,
  onValue: Handler = (value) => value,
  onError: Handler = rethrow,
): unknown {
  return then.call(
    thenable,
    (value) => {
      done();
      return onValue(value);
    },
    (error) => {
      done({ error });
      return onError(error);
    },
  );
}

function derivedFrom(promise: object, then: Then, callback: WhenDone): object {
  const derived = follow(promise, then, callback) as object;
  // Such as `cancel` or `json`. Not symbols: asynchronous hooks add those.
  for (const name of Object.getOwnPropertyNames(promise)) {
    Object.defineProperty(derived, name, {
      configurable: true,
      enumerable: Object.prototype.propertyIsEnumerable.call(promise, name),
      get: () => Reflect.get(promise, name),
      set: (value) => Reflect.set(promise, name, value),
    });
  }
  return derived;
}

/** Our subscription counts as handling. So the derived promise stays unhandled until the promise has another subscription. */
function besideOf(promise: object, then: Then, callback: WhenDone): object {
  const derived = follow(promise, then, callback) as object;
  const isWatching = watchThen(promise, () => {
    watched.delete(promise);
    then.call(derived, undefined, ignore);
    return then;
  });
  if (!isWatching) return derived;
  watched.set(promise, then);
  return promise;
}

function callWhenSubscribed(thenable: object, then: Then, callback: WhenDone, scope: SubscriptionScope): void {
  let isDone = false;
  const done: WhenDone = (failure) => {
    if (isDone) return;
    isDone = true;
    callback(failure);
  };
  const isWatching = watchThen(
    thenable,
    () =>
      function subscribe(onValue, onError): unknown {
        const goOn = typeof onValue === 'function' ? scope.bind(onValue) : undefined;
        const fail = typeof onError === 'function' ? scope.bind(onError) : undefined;
        try {
          return scope.run(() => follow(this, then, done, goOn, fail));
        } catch (error) {
          done({ error });
          throw error;
        }
      },
  );
  if (!isWatching) done();
}

function ignore(): void {}

function rethrow(error: unknown): never {
  throw error;
}

/**
 * Replaces `then` until its first call, which restores it and goes to the function that `onFirst` returns. Returns false if the object
 * does not allow that.
 */
function watchThen(thenable: object, onFirst: () => Then): boolean {
  const own = Object.getOwnPropertyDescriptor(thenable, 'then');
  const value: Then = function first(onValue, onError) {
    if (own === undefined) Reflect.deleteProperty(thenable, 'then');
    else Reflect.defineProperty(thenable, 'then', own);
    return onFirst().call(this, onValue, onError);
  };
  try {
    return Reflect.defineProperty(thenable, 'then', { value, configurable: true, writable: true });
  } catch {
    return false; // a proxy that throws
  }
}
