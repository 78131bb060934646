import { type Attributes, type Context, propagation, type Span } from '@opentelemetry/api';
import { ConfigurationError } from '@sightline/settings';
import { attributePolicy } from '../spans/attribute-policy.js';
import type { SpanProcessor } from '../tracer/readable-span.js';

/**
 * Sets the baggage entries with these keys as attributes of the same names, on every span, those of libraries included. The
 * span's own attributes win; values of keys that name a secret are hidden.
 *
 * It takes a list of keys, because a peer may put anything into baggage.
 */
export function baggageAttributes(keys: readonly string[]): SpanProcessor {
  if (!Array.isArray(keys) || keys.some((key) => typeof key !== 'string' || key === '')) {
    throw new ConfigurationError(
      ['baggageAttributes is no list of keys. Pass the baggage keys to set on spans: ["tenant"].'],
      'tracing',
    );
  }
  const names = [...new Set(keys)];
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
