import type { GivenFields } from './context-fields.js';
import { currentContext } from './current-context.js';
import { frameOf, runInFrame } from './frame.js';
import { nestedContext } from './nested-context.js';

/**
 * Runs `fn` and all asynchronous work that it starts in a context of the current fields, overridden by `fields`; returns the
 * result of `fn`. The outermost run generates a `correlation_id` (a random UUID) unless it is given.
 *
 * A field that is `undefined` or `null` counts as absent. Fields never make the call throw: ids given as numbers or bigints
 * become strings; a value other than a string, finite number or boolean is left out and reported to `onDroppedField`.
 * A run that changes no field keeps the outer context object.
 */
export function runWithContext<T>(fields: GivenFields, fn: () => T): T {
  return runInFrame(frameOf(nestedContext(currentContext(), fields)), fn);
}

/**
 * Runs `fn` outside of any context: for work that a request starts but does not own, such as a connection pool's timers, which
 * would otherwise carry that request's ids for ever.
 */
export function runWithoutContext<T>(fn: () => T): T {
  return currentContext() === undefined ? fn() : runInFrame(frameOf(undefined), fn);
}
