import { type Context, context, propagation, type TextMapPropagator } from '@opentelemetry/api';
import type { CarrierAdapter } from './carrier-adapter.js';

export interface CarryOptions {
  /** Default: the active context. */
  readonly context?: Context | undefined;
  /** Default: OpenTelemetry's global one. */
  readonly propagator?: Pick<TextMapPropagator, 'extract' | 'inject'> | undefined;
}

/** The context with what the message carries; the context as it was where that is nothing. Never throws. */
export function extractContext<Message>(
  carrier: CarrierAdapter<Message>,
  message: Message,
  { context: given = context.active(), propagator = propagation }: CarryOptions = {},
): Context {
  try {
    return propagator.extract(given, message, carrier);
  } catch {
    return given; // a propagator of somebody else's
  }
}

/** Writes the context into the message. Never throws: a message that cannot be written to goes without. */
export function injectContext<Message>(
  carrier: CarrierAdapter<Message>,
  message: Message,
  { context: given = context.active(), propagator = propagation }: CarryOptions = {},
): void {
  try {
    propagator.inject(given, message, carrier);
  } catch {
    // a propagator of somebody else's
  }
}
