import type { Attributes } from '@opentelemetry/api';
import { isRecord } from '@sightline/base';
import { completeResource } from '@sightline/otlp/encode';
import { resourceOf, type Service } from '@sightline/settings';
import type { SpanResource } from '../tracer/readable-span.js';
import { spanResource } from '../tracer/span-resource.js';

/** Facts about the service: attributes, or a `Resource` of OpenTelemetry, whose attributes may still be looked up. */
export type ResourceOption = Readonly<Record<string, string | number | boolean>> | SpanResource;

/** The resource of the service: its own facts, then those of the option, which win. */
export function serviceResource(service: Service, option: ResourceOption | undefined): SpanResource {
  const ofService = resourceOf(service);
  if (!isResource(option)) {
    const attributes = completeResource({ ...ofService, ...(option as Record<string, string> | undefined) });
    return spanResource({ ...attributes });
  }
  const attributes: Attributes = completeResource({ ...ofService });
  const add = (): void => void Object.assign(attributes, known(option));
  add();
  const pending =
    option.asyncAttributesPending === true ? option.waitForAsyncAttributes?.().then(add, () => {}) : undefined;
  return spanResource(attributes, option.schemaUrl, pending);
}

/** Whether it is a `Resource` of OpenTelemetry, and not an object of attributes. */
export function isResource(option: unknown): option is SpanResource {
  return isRecord(option) && isRecord(option['attributes']);
}

/** Without those that are promises still. */
function known(resource: SpanResource): Attributes {
  const entries = resource.getRawAttributes?.() ?? Object.entries(resource.attributes);
  const isKnown = ([, value]: [string, unknown]): boolean =>
    ['string', 'number', 'boolean'].includes(typeof value) || Array.isArray(value);
  // The first of several values wins (OpenTelemetry's Resource keeps the merged ones behind).
  return Object.fromEntries(entries.filter(isKnown).reverse()) as Attributes;
}
