import type { GivenFields } from './context-fields.js';
import { contextState } from './context-state.js';
import { nestedContext } from './nested-context.js';

/**
 * Makes the function that runs others in a context of `fields`, whatever is around the call: for a request or a message, whose
 * work comes in pieces that shall all see the same context. Fields are taken as by `runWithContext`, and a `correlation_id` is
 * made unless it is given; none of a context around is inherited.
 */
export function contextRunner(fields: GivenFields): <T>(fn: () => T) => T {
  const { store } = contextState;
  const context = nestedContext(undefined, fields);
  return (fn) => (store.getStore() === context ? fn() : store.run(context, fn));
}
