import type { Context } from './context-fields.js';
import { contextState } from './context-state.js';

/** The context of the innermost `runWithContext` around the call, or `undefined` outside of any. Costs one look-up. */
export function currentContext(): Context | undefined {
  return contextState.store.getStore()?.fields;
}
