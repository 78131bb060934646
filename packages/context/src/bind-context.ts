import { currentContext } from './current-context.js';
import { frameOf, runInFrame } from './frame.js';

/**
 * Makes `fn` run in the current context, wherever it is called from: for listeners of emitters and callbacks of pools, which
 * otherwise run in the context of the emitting code. If it is bound outside of any context, it runs without one.
 *
 * Only the fields are bound: neither the active span nor other users of `AsyncLocalStorage`.
 */
export function bindContext<This, Args extends unknown[], Result>(
  fn: (this: This, ...args: Args) => Result,
): (this: This, ...args: Args) => Result {
  const context = currentContext();
  function bound(this: This, ...args: Args): Result {
    // If nothing changes, no context is entered, so that binding alone never enables the storage.
    if (currentContext() === context) return fn.apply(this, args);
    return runInFrame(frameOf(context), () => fn.apply(this, args));
  }
  // Frameworks distinguish kinds of handlers by their number of parameters.
  return Object.defineProperties(bound, {
    length: { value: fn.length, configurable: true },
    name: { value: fn.name, configurable: true },
  });
}
