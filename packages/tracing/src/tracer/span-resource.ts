import type { Attributes } from '@opentelemetry/api';
import type { SpanResource } from './readable-span.js';

/**
 * OpenTelemetry's `Resource`, for processors and exporters that read it.
 *
 * @param pending resolves when `attributes` are complete, and never rejects; default: they are
 */
export function spanResource(attributes: Attributes, schemaUrl?: string, pending?: Promise<void>): SpanResource {
  let isPending = pending !== undefined;
  const complete = pending?.then(() => {
    isPending = false;
  });
  return {
    attributes,
    get asyncAttributesPending() {
      return isPending;
    },
    ...(schemaUrl === undefined ? {} : { schemaUrl }),
    waitForAsyncAttributes: async () => complete,
    // Attributes of the other one win (Resource SDK, "Merge").
    merge: (other) =>
      other === null || other === undefined
        ? spanResource(attributes, schemaUrl)
        : spanResource({ ...attributes, ...other.attributes }, other.schemaUrl ?? schemaUrl),
    getRawAttributes: () => Object.entries(attributes),
  };
}
