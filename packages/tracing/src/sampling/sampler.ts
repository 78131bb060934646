import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';

/**
 * Decides which spans are recorded. This is the interface of OpenTelemetry's SDK, so these samplers work in any provider and
 * other samplers work here. Called once per span, synchronously, when it is started. It must not throw and must not keep or
 * change its arguments; `traceId` is that of the new span, 32 lower-case hexadecimal digits.
 */
export interface Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  toString(): string;
  /** `false`: `shouldSample` never reads attributes, so none must be built for it. */
  readonly readsAttributes?: boolean;
  /** `true`: spans under an unsampled local parent are never recorded, so the sampler need not be asked. */
  readonly dropsUnderUnsampledParent?: boolean;
  /** `true`: spans under a sampled local parent are always sampled, unchanged, so the sampler need not be asked. */
  readonly keepsUnderSampledParent?: boolean;
}

export interface SamplingResult {
  decision: SamplingDecision;
  /** Set on the span if it is recorded. */
  attributes?: Readonly<Attributes>;
  /** Instead of the parent's. */
  traceState?: TraceState;
}

/** The SDK's numbers: 0 not recorded; 1 recorded but not sampled, for span processors only; 2 recorded and sampled. */
export type SamplingDecision = 0 | 1 | 2;

export const NOT_RECORDED = 0;
export const RECORDED = 1;
export const SAMPLED = 2;

/** Shared, because most decisions have neither attributes nor a tracestate. */
export const dropped: SamplingResult = Object.freeze({ decision: NOT_RECORDED });
export const sampled: SamplingResult = Object.freeze({ decision: SAMPLED });
