import { type Context, context, propagation, ROOT_CONTEXT, type TextMapPropagator } from '@opentelemetry/api';
import { isContext, optionOf } from '../untrusted-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';

export interface CarryOptions {
  /** Extracting adds to this context; default an empty one. Injecting writes this context; default the active one. */
  readonly context?: Context | undefined;
  /** Default: OpenTelemetry's global one. */
  readonly propagator?: Pick<TextMapPropagator, 'extract' | 'inject'> | undefined;
}

/**
 * Returns the context with what the message carries; the same context if it carries nothing. Never throws.
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
    return given; // a propagator that throws
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
    // a propagator that throws
  }
}

/** The context to begin with: `otherwise` if none is given, or if it is no context. */
export function givenContext(options: CarryOptions, otherwise: Context): Context {
  const given = optionOf(options, 'context');
  return given !== undefined && isContext(given) ? given : otherwise;
}

function propagatorOf(options: CarryOptions): NonNullable<CarryOptions['propagator']> {
  return optionOf(options, 'propagator') ?? propagation;
}
