import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';

/**
 * Decides which spans are recorded; the interface of OpenTelemetry's SDKs, so that these samplers work in any provider and
 * foreign samplers work here. Called once per span, synchronously, when it is started. Must not throw and must not keep or change
 * what it is given; `traceId` is that of the span to be, 32 lower-case hexadecimal digits.
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
  /** `false` says that `shouldSample` never looks at attributes, so that none have to be built for it. */
  readonly readsAttributes?: boolean;
  /** `true` says that a span under an unsampled local parent is never recorded, so that it need not be asked about. */
  readonly dropsUnderUnsampledParent?: boolean;
}

export interface SamplingResult {
  decision: SamplingDecision;
  /** Set on the span where it is recorded. */
  attributes?: Readonly<Attributes>;
  /** Instead of the parent's. */
  traceState?: TraceState;
}

/** As the SDK numbers them: not recorded; recorded but not sampled, for span processors only; recorded and sampled. */
export type SamplingDecision = 0 | 1 | 2;

export const NOT_RECORDED = 0;
export const RECORDED = 1;
export const SAMPLED = 2;

/** Shared, because most decisions carry nothing. */
export const dropped: SamplingResult = Object.freeze({ decision: NOT_RECORDED });
export const sampled: SamplingResult = Object.freeze({ decision: SAMPLED });
