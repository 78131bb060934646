import type { Attributes } from '@opentelemetry/api';
import type { SpanResource } from '../../tracer/readable-span.js';

/**
 * Our resource for the SDK of OpenTelemetry, whose attributes may still be looked up. A class, because the SDK copies plain objects in
 * its configuration.
 */
export class SdkResource implements SpanResource {
  readonly #resource: SpanResource;
  readonly #sdk: Attributes;

  constructor(resource: SpanResource, sdk: Attributes) {
    this.#resource = resource;
    this.#sdk = sdk;
  }

  get attributes(): Attributes {
    return { ...this.#resource.attributes, ...this.#sdk };
  }

  get asyncAttributesPending(): boolean {
    return this.#resource.asyncAttributesPending === true;
  }

  get schemaUrl(): string {
    return this.#resource.schemaUrl ?? '';
  }

  async waitForAsyncAttributes(): Promise<void> {
    await this.#resource.waitForAsyncAttributes?.();
  }

  merge(other: SpanResource | null): SpanResource {
    return other === null ? this : new SdkResource(this.#resource.merge(other), this.#sdk);
  }

  getRawAttributes(): Array<[string, unknown]> {
    return Object.entries(this.attributes);
  }
}
