import { contextState } from './context-state.js';

/**
 * Makes `fn` run in the context that is current now, wherever it is called from: for listeners of emitters and callbacks
 * of pools, which otherwise run in the context of whoever emits. Bound outside of any context it runs without one.
 *
 * Only Sightline's context is bound, not other users of `AsyncLocalStorage`.
 */
export function bindContext<This, Args extends unknown[], Result>(
  fn: (this: This, ...args: Args) => Result,
): (this: This, ...args: Args) => Result {
  const { store } = contextState;
  const context = store.getStore();
  function bound(this: This, ...args: Args): Result {
    // Where nothing has to change nothing is entered, so that binding alone never switches the storage on.
    if (store.getStore() === context) return fn.apply(this, args);
    return store.run(context, () => fn.apply(this, args));
  }
  // Frameworks tell kinds of handlers apart by their number of parameters.
  return Object.defineProperties(bound, {
    length: { value: fn.length, configurable: true },
    name: { value: fn.name, configurable: true },
  });
}
