import { AsyncLocalStorage } from 'node:async_hooks';
import type { Frame } from './frame-value.js';

/** The state that all copies of this package in a process share. */
export interface ContextState {
  readonly store: AsyncLocalStorage<Frame | undefined>;
  readonly listeners: Set<DroppedFieldListener>;
  /** Names of fields with a warning already. */
  readonly warned: Set<string>;
}

/** A field that `runWithContext` left out. */
export interface DroppedField {
  readonly field: string;
  /** The reason, such as `is an object`. Never the value itself. */
  readonly reason: string;
}

export type DroppedFieldListener = (dropped: DroppedField) => void;

// A process may load this package as ESM and as CommonJS, or in two versions. The number is the version of ContextState's shape:
// it increases with an incompatible change, and such versions do not see each other's contexts.
const key = Symbol.for('sightline.context.v2');

export const contextState: ContextState = sharedState();

function sharedState(): ContextState {
  const holder = globalThis as { [key]?: ContextState };
  const existing = holder[key];
  if (existing !== undefined) return existing;
  const state: ContextState = { store: new AsyncLocalStorage(), listeners: new Set(), warned: new Set() };
  // Does nothing if globals are frozen: each copy then has its own contexts.
  Reflect.defineProperty(globalThis, key, { value: state });
  return state;
}
