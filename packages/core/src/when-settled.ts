/** How a call ended: without an argument when it succeeded, else with what it threw or rejected with. */
export type WhenDone = (failure?: { readonly error: unknown }) => void;

/**
 * Calls `fn`, and `callback` once when it is done, however it ends: at once for a plain value, else when the promise settles.
 * Returns what `fn` returns; for a promise one that settles alike, so that a rejection nobody handles is still reported.
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
 * Calls `callback` once when `result` is done: at once for a plain value, else when the promise settles.
 *
 * A promise is answered by one that settles alike, so that a rejection nobody handles is still reported. Any other
 * thenable is returned as it is and not subscribed to, since doing so may run it (query builders): it calls back when its
 * consumer's subscription does.
 */
function whenSettled<T>(result: T, callback: WhenDone): T {
  if (result instanceof Promise) {
    return result.then(
      (value: unknown) => {
        callback();
        return value;
      },
      (error: unknown) => {
        callback({ error });
        throw error;
      },
    ) as T;
  }
  if (!isThenable(result)) {
    callback();
    return result;
  }
  const subscribe = result.then;
  let isDone = false;
  const done: WhenDone = (failure) => {
    if (isDone) return;
    isDone = true;
    callback(failure);
  };
  try {
    // biome-ignore lint/suspicious/noThenProperty: the object is a thenable already
    result.then = function then(onValue, onError) {
      return subscribe.call(
        this,
        (value) => {
          done();
          return onValue ? onValue(value) : value;
        },
        (error) => {
          done({ error });
          if (onError) return onError(error);
          throw error;
        },
      );
    };
  } catch {
    done(); // frozen: its end cannot be seen
  }
  return result;
}

interface Thenable {
  then: (this: unknown, onValue?: (value: unknown) => unknown, onError?: (error: unknown) => unknown) => unknown;
}

function isThenable(value: unknown): value is Thenable {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
