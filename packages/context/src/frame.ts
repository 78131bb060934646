import type { Context } from './context-fields.js';
import { contextState } from './context-state.js';

/**
 * What asynchronous code carries: Sightline's fields, and a value of the tracing library. Both are in one storage, so that entering
 * a request with its span costs one run.
 */
export class Frame {
  readonly fields: Context | undefined;
  /** OpenTelemetry's context. Opaque here: this package needs none of OpenTelemetry. */
  readonly trace: unknown;
  /** For the owner of `trace`: what it derives from both. */
  view: unknown;

  constructor(fields: Context | undefined, trace: unknown) {
    this.fields = fields;
    this.trace = trace;
  }
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
