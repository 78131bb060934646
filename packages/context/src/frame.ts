import type { Context } from './context-fields.js';
import { contextState } from './context-state.js';
import { Frame } from './frame-value.js';

export { Frame };

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
