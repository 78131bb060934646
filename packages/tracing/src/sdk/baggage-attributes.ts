import { type Attributes, type Context, propagation, type Span } from '@opentelemetry/api';
import { resolveFields } from '@sightline/settings/fields';
import { attributePolicy } from '../spans/attribute-policy.js';
import type { SpanProcessor } from '../tracer/readable-span.js';
import { objectFields } from './options.js';

/**
 * Sets the baggage entries with these keys as attributes of the same names, on every span, those of libraries included. The
 * span's own attributes win; values of keys that name a secret are hidden.
 *
 * It takes a list of keys, because a peer may put anything into baggage.
 */
export function baggageAttributes(keys: readonly string[]): SpanProcessor {
  const { baggageAttributes: field } = objectFields;
  const { baggageAttributes: given } = resolveFields(
    'tracing',
    { baggageAttributes: field },
    { baggageAttributes: keys },
  );
  const names = [...new Set(given)];
  const policy = attributePolicy();
  return {
    onStart(span: Span & { readonly attributes?: Attributes }, parent: Context): void {
      const baggage = propagation.getBaggage(parent);
      if (baggage === undefined) return;
      for (const key of names) {
        const value = policy.clean(key, baggage.getEntry(key)?.value);
        if (value !== undefined && span.attributes?.[key] === undefined) span.setAttribute(key, value);
      }
    },
    onEnd() {},
    async forceFlush() {},
    async shutdown() {},
  };
}
