/** How a call ended: without an argument when it succeeded, else with what it threw or rejected with. */
export type WhenDone = (failure?: { readonly error: unknown }) => void;

/** Where a thenable does the work that its first subscription begins, and where its consumer goes on. */
export interface SubscriptionScope {
  /** Runs the subscription. */
  readonly run: <T>(subscribe: () => T) => T;
  /** Binds a handler to where its consumer subscribes. */
  readonly bind: (handler: Handler) => Handler;
}

type Handler = (value: unknown) => unknown;

/**
 * Calls `fn`, and `callback` once when it is done, however it ends: at once for a plain value, else when the promise settles.
 * Returns what `fn` returns, or a promise that settles alike: see `whenSettled`.
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
 * Calls `callback` once when `result` is done: at once for a plain value, else when the promise settles. A rejection that no caller
 * handles stays unhandled.
 *
 * - A promise of the language is answered by one that settles alike, with the properties that were added to it.
 * - A promise of a subclass stays the same object, because its methods may depend on it. Its `then` is watched until the first
 *   subscription, which decides whether its rejection is handled.
 * - Any other thenable stays the same object, too. It may do its work when it is subscribed to (query builders), so only its consumer
 *   subscribes: the call is done when that subscription settles. One that is frozen is done at once.
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
      ofLanguage.call(
        promise,
        () => callback(),
        (error) => callback({ error }),
      );
      return result;
    }
    if (isNative(then, promise)) {
      return (isPlain(promise) ? derivedFrom(promise, then, callback) : besideOf(promise, then, callback)) as T;
    }
  } catch {
    // Neither a promise, though it looks like one, nor derivable: a subclass may refuse to be constructed.
  }
  callWhenSubscribed(promise, then, callback, scope);
  return result;
}

// The number goes up when what is kept changes.
const watchedKey: unique symbol = Symbol.for('sightline.base.watched.v1') as never;

type Then = (this: unknown, onValue?: Handler | null, onError?: Handler | null) => unknown;

/** The promises of subclasses whose first subscription is awaited, with the `then` that they have of the language. */
const watched: WeakMap<object, Then> = sharedByCopies();

/** One for all copies of this package, which may watch the same promise. */
function sharedByCopies(): WeakMap<object, Then> {
  const shared = globalThis as { [watchedKey]?: WeakMap<object, Then> };
  shared[watchedKey] ??= new WeakMap();
  return shared[watchedKey];
}

const nativeThen = Promise.prototype.then as Then;

const here: SubscriptionScope = { run: (subscribe) => subscribe(), bind: (handler) => handler };

function thenOf(value: unknown): Then | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  try {
    const { then } = value as { then?: unknown };
    return typeof then === 'function' ? (then as Then) : undefined;
  } catch {
    return undefined; // a getter or a proxy that throws
  }
}

/** Also of another realm, made by `vm` or a test runner: not `instanceof` our Promise, but as safe to subscribe to. */
function isNative(then: Then, promise: object): boolean {
  if (then === nativeThen) return true;
  return (
    !(promise instanceof Promise) &&
    Object.prototype.toString.call(promise) === '[object Promise]' &&
    Function.prototype.toString.call(then) === Function.prototype.toString.call(nativeThen)
  );
}

/** No subclass, whose prototype would inherit `then`. */
function isPlain(promise: object): boolean {
  return Object.hasOwn(Object.getPrototypeOf(promise), 'then');
}

/** Settles alike, so that whoever handles it, or does not, handles that of the service. */
function settlesAlike(promise: object, then: Then, callback: WhenDone): object {
  return then.call(
    promise,
    (value) => {
      callback();
      return value;
    },
    (error) => {
      callback({ error });
      throw error;
    },
  ) as object;
}

function derivedFrom(promise: object, then: Then, callback: WhenDone): object {
  const derived = settlesAlike(promise, then, callback);
  // Such as `cancel` or `json`. Symbols are left out: they are those of asynchronous hooks.
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

/** Our subscription counts as handling, so what it derives stays unhandled until the promise has another subscription. */
function besideOf(promise: object, then: Then, callback: WhenDone): object {
  const derived = settlesAlike(promise, then, callback);
  const isWatching = watchThen(promise, () => {
    watched.delete(promise);
    then.call(derived, undefined, () => {});
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
        const goOn = typeof onValue === 'function' ? scope.bind(onValue) : (value: unknown) => value;
        const fail = typeof onError === 'function' ? scope.bind(onError) : rethrow;
        try {
          return scope.run(() =>
            then.call(
              this,
              (value) => {
                done();
                return goOn(value);
              },
              (error) => {
                done({ error });
                return fail(error);
              },
            ),
          );
        } catch (error) {
          done({ error });
          throw error;
        }
      },
  );
  if (!isWatching) done();
}

function rethrow(error: unknown): never {
  throw error;
}

/**
 * Replaces `then` until it is called the first time, which the function of `onFirst` answers; the object has its own back before.
 * False where the object does not allow that.
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
