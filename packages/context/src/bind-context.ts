import { contextState } from './context-state.js';

/**
 * Makes `fn` run in the current context, wherever it is called from: for listeners of emitters and callbacks of pools, which
 * otherwise run in the context of the emitting code. If it is bound outside of any context, it runs without one.
 *
 * Only Sightline's context is bound, not other users of `AsyncLocalStorage`.
 */
export function bindContext<This, Args extends unknown[], Result>(
  fn: (this: This, ...args: Args) => Result,
): (this: This, ...args: Args) => Result {
  const { store } = contextState;
  const context = store.getStore();
  function bound(this: This, ...args: Args): Result {
    // If nothing changes, no context is entered, so that binding alone never enables the storage.
    if (store.getStore() === context) return fn.apply(this, args);
    return store.run(context, () => fn.apply(this, args));
  }
  // Frameworks distinguish kinds of handlers by their number of parameters.
  return Object.defineProperties(bound, {
    length: { value: fn.length, configurable: true },
    name: { value: fn.name, configurable: true },
  });
}
