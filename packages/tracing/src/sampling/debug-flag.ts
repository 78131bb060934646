import type { Context } from '@opentelemetry/api';

/**
 * The mark of a trace that somebody debugs (B3's `X-B3-Flags: 1`): it is sampled whatever the samplers say. Propagators set it
 * where they extract it, and copies of this package in one process agree on it.
 */
const debugKey: symbol = Symbol.for('sightline.tracing.debug.v1');

export function isDebug(context: Context): boolean {
  return context.getValue(debugKey) === true;
}

export function withDebug(context: Context): Context {
  return context.setValue(debugKey, true);
}
