import type { Attributes } from '@opentelemetry/api';
import type { SpanResource } from './readable-span.js';

/** OpenTelemetry's `Resource` over attributes that are known already, for processors and exporters that read it. */
export function spanResource(attributes: Attributes, schemaUrl?: string): SpanResource {
  return {
    attributes,
    asyncAttributesPending: false,
    ...(schemaUrl === undefined ? {} : { schemaUrl }),
    async waitForAsyncAttributes() {},
    // Attributes of the other one win (Resource SDK, "Merge").
    merge: (other) =>
      other === null || other === undefined
        ? spanResource(attributes, schemaUrl)
        : spanResource({ ...attributes, ...other.attributes }, other.schemaUrl ?? schemaUrl),
    getRawAttributes: () => Object.entries(attributes),
  };
}
