import { diag } from '@opentelemetry/api';
import { dropped, type Sampler, type SamplingResult } from '../../sampling/sampler.js';
import type { AttributePolicy } from '../../spans/attribute-policy.js';

/**
 * A sampler that throws drops the span, not the service. Its attributes are cleaned as all are. A class, because the SDK copies plain
 * objects in its configuration.
 */
export class SafeSampler implements Sampler {
  readonly #sampler: Sampler;
  readonly #policy: AttributePolicy;

  constructor(sampler: Sampler, policy: AttributePolicy) {
    this.#sampler = sampler;
    this.#policy = policy;
  }

  shouldSample(...args: Parameters<Sampler['shouldSample']>): SamplingResult {
    try {
      const result = this.#sampler.shouldSample(...args);
      return result.attributes === undefined
        ? result
        : { ...result, attributes: this.#policy.cleanAll(result.attributes) };
    } catch (error) {
      diag.error(`[tracing] The sampler ${this.#sampler} threw; the span is not recorded.`, error);
      return dropped;
    }
  }

  toString(): string {
    return String(this.#sampler);
  }
}
