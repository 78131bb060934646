import type { Settings } from '@sightline/settings';
import type { Instrumentation } from '@sightline/tracing/sdk';
import type { Observability } from '../observability.js';
import type { ObservabilityOptions } from '../options.js';

/** A started observability with the settings that it runs with. */
export interface Started {
  readonly observability: Observability;
  readonly settings: Settings;
}

/** What a thread that preloaded `register` has ready for the first `createObservability`. */
export interface Preloaded {
  /** The observability of `register`: starts when it is first used, and is what the first `createObservability` returns. */
  readonly observability: Observability;
  /** Switched on before the service was loaded. */
  readonly instrumentations: readonly Instrumentation[];
  /** Undefined until it has started. */
  readonly started: Started | undefined;
  /** Whether a `createObservability` has had it; set by that call. */
  isAdopted: boolean;
  /** Startup it with `start`, unless it has started. What `start` throws is passed on, and it has not started then. */
  begin(start: StartWith): void;
}

/** `createObservability` of the copy of this package that calls, without any look at what was preloaded. */
export type StartWith = (preset: ObservabilityOptions) => Started;

/** The number goes up when one of the interfaces above changes: copies of this package share what is preloaded. */
const sharedKey: unique symbol = Symbol.for('sightline.sdk.preloaded.v1') as never;

/** What `register` has made ready in this thread, if it was preloaded here. */
export function preloadedHere(): Preloaded | undefined {
  return (globalThis as { [sharedKey]?: Preloaded })[sharedKey];
}

export function offerPreloaded(preloaded: Preloaded): void {
  Object.defineProperty(globalThis, sharedKey, { value: preloaded, configurable: true });
}
