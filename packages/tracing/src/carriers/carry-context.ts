import { type Context, context, propagation, ROOT_CONTEXT, type TextMapPropagator } from '@opentelemetry/api';
import { isContext, optionOf } from '../foreign-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';

export interface CarryOptions {
  /** What is added to when extracting; default an empty one. What is injected; default the active one. */
  readonly context?: Context | undefined;
  /** Default: OpenTelemetry's global one. */
  readonly propagator?: Pick<TextMapPropagator, 'extract' | 'inject'> | undefined;
}

/**
 * The context with what the message carries; the context as it was where that is nothing. Never throws.
 *
 * It starts from an empty context, not from the active one: a message without fields would otherwise get the span and the
 * baggage (a tenant, a user) of the code that receives it.
 */
export function extractContext<Message>(
  carrier: CarrierAdapter<Message>,
  message: Message,
  options: CarryOptions = {},
): Context {
  const given = givenContext(options, ROOT_CONTEXT);
  try {
    const extracted = propagatorOf(options).extract(given, message, carrier);
    return isContext(extracted) ? extracted : given;
  } catch {
    return given; // a propagator of somebody else's
  }
}

/** Writes the context into the message. Never throws: a message that cannot be written to goes without. */
export function injectContext<Message>(
  carrier: CarrierAdapter<Message>,
  message: Message,
  options: CarryOptions = {},
): void {
  try {
    propagatorOf(options).inject(givenContext(options, context.active()), message, carrier);
  } catch {
    // a propagator of somebody else's
  }
}

/** The context to begin with: `otherwise` where none is given, or something else. */
export function givenContext(options: CarryOptions, otherwise: Context): Context {
  const given = optionOf(options, 'context');
  return given !== undefined && isContext(given) ? given : otherwise;
}

function propagatorOf(options: CarryOptions): NonNullable<CarryOptions['propagator']> {
  return optionOf(options, 'propagator') ?? propagation;
}
