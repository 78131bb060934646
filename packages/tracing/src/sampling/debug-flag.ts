import type { Context } from '@opentelemetry/api';

/**
 * Marks a trace for debugging (B3's `X-B3-Flags: 1`): it is sampled in spite of samplers. Propagators set it when they extract
 * it; all copies of this package in one process share the key.
 */
const debugKey: symbol = Symbol.for('sightline.tracing.debug.v1');

export function isDebug(context: Context): boolean {
  return context.getValue(debugKey) === true;
}

export function withDebug(context: Context): Context {
  return context.setValue(debugKey, true);
}
