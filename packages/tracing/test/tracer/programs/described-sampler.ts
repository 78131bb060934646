import { createTraceState, type SamplingDecision, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import type { Sampler } from '../../../src/index.js';

/** What a sampler decides about spans, each by the length of its name. */
export interface DescribedSampler {
  readonly decisions: readonly SamplingDecision[];
  readonly attributes: Readonly<Record<string, string | number>> | undefined;
  readonly traceState: string | undefined;
  /** Whether spans with a parent are decided as that was, as samplers of services do. */
  readonly asParent: boolean;
}

/** `undefined` is the default of either engine. */
export const randomSampler: fc.Arbitrary<DescribedSampler | undefined> = fc.option(
  fc.record({
    decisions: fc.array(fc.constantFrom(0, 1, 2, 2) as fc.Arbitrary<SamplingDecision>, { minLength: 1, maxLength: 5 }),
    attributes: fc.constantFrom(undefined, {}, { a: 'of the sampler', 'sampling.priority': 1 }),
    traceState: fc.constantFrom(undefined, 'sampler=1', ''),
    asParent: fc.boolean(),
  }),
  { nil: undefined },
);

export function samplerFor({ decisions, attributes, traceState, asParent }: DescribedSampler): Sampler {
  return {
    shouldSample(parent, _traceId, name) {
      const above = trace.getSpanContext(parent);
      const decision =
        asParent && above !== undefined
          ? ((2 * (above.traceFlags & 1)) as SamplingDecision)
          : (decisions[name.length % decisions.length] ?? 2);
      return {
        decision,
        ...(attributes === undefined ? {} : { attributes }),
        ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
      };
    },
    toString: () => 'described',
  };
}
