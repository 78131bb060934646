import { type Context, createContextKey, ROOT_CONTEXT, type TextMapPropagator } from '@opentelemetry/api';
import type { Headers } from './propagator-case.js';

const givenKey = createContextKey('sightline.testing.given');

/** A context that is not the root, so that giving that back is noticed. */
export const givenContext: Context = ROOT_CONTEXT.setValue(givenKey, true);

/** Whether a context was made from the given one, and not from another. */
export function holdsGiven(context: Context): boolean {
  return context.getValue(givenKey) === true;
}

export function extractFrom(propagator: TextMapPropagator, headers: Headers, context: Context = givenContext): Context {
  return propagator.extract(context, headers, {
    keys: (carrier) => Object.keys(carrier),
    get: (carrier, key) => {
      const value = Object.hasOwn(carrier, key) ? carrier[key] : undefined;
      return typeof value === 'string' || value === undefined ? value : [...value];
    },
  });
}

/** Everything that the propagator writes. */
export function injected(propagator: TextMapPropagator, context: Context): Record<string, string> {
  const carrier: Record<string, string> = Object.create(null);
  propagator.inject(context, carrier, {
    set: (target, key, value) => {
      target[key] = value;
    },
  });
  return carrier;
}
