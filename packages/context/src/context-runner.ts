import type { GivenFields } from './context-fields.js';
import { currentContext } from './current-context.js';
import { frameOf, runInFrame } from './frame.js';
import { nestedContext } from './nested-context.js';

/**
 * Returns a function that runs others in a context of `fields`, independent of the context of the call: for a request or message
 * whose work runs in several callbacks that must see the same context. Fields are accepted as by `runWithContext`, and a
 * `correlation_id` is generated unless it is given; no field of an outer context is inherited.
 */
export function contextRunner(fields: GivenFields): <T>(fn: () => T) => T {
  const context = nestedContext(undefined, fields);
  return (fn) => (currentContext() === context ? fn() : runInFrame(frameOf(context), fn));
}
