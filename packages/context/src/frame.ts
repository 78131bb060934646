import type { Context, GivenFields } from './context-fields.js';
import { contextState } from './context-state.js';
import { Frame } from './frame-value.js';
import { nestedContext } from './nested-context.js';

export { Frame };

/**
 * A context of `fields` that inherits from no other, for `frameOf`. Fields are accepted as by `runWithContext`, and a `correlation_id`
 * is generated unless it is given.
 */
export function outermostContext(fields: GivenFields): Context {
  return nestedContext(undefined, fields);
}

/** The innermost frame around the call. */
export function currentFrame(): Frame | undefined {
  return contextState.store.getStore();
}

/** Runs `fn` and all asynchronous work that it starts in `frame`. */
export function runInFrame<Args extends unknown[], T>(
  frame: Frame | undefined,
  fn: (...args: Args) => T,
  ...args: Args
): T {
  return contextState.store.run(frame, fn, ...args);
}

/** Makes `frame` the current one for the rest of this asynchronous execution. */
export function enterFrame(frame: Frame | undefined): void {
  contextState.store.enterWith(frame);
}

/** A frame with these fields, and the tracing value of the current one. */
export function frameOf(fields: Context | undefined): Frame | undefined {
  const current = contextState.store.getStore();
  if (fields === undefined && current?.trace === undefined) return undefined;
  return new Frame(fields, current?.trace);
}
