import type { GivenFields } from './context-fields.js';
import { contextState } from './context-state.js';
import { nestedContext } from './nested-context.js';

/**
 * Runs `fn` and everything asynchronous that it starts in a context of the fields around the call, overridden by `fields`;
 * returns what `fn` returns. The outermost run makes a `correlation_id` (a random UUID) unless it is given one.
 *
 * A field that is `undefined` or `null` counts as not given. Fields never make the call throw: ids given as numbers or
 * bigints become text, and what is no string, finite number or boolean is left out and reported to `onDroppedField`.
 * A run that changes no field keeps the context object around it.
 */
export function runWithContext<T>(fields: GivenFields, fn: () => T): T {
  const { store } = contextState;
  return store.run(nestedContext(store.getStore(), fields), fn);
}

/**
 * Runs `fn` outside of any context. For what a request happens to start but does not own, such as a connection pool's
 * timers, which would otherwise carry that request's ids for ever.
 */
export function runWithoutContext<T>(fn: () => T): T {
  const { store } = contextState;
  return store.getStore() === undefined ? fn() : store.run(undefined, fn);
}
