import { createTraceState, trace } from '@opentelemetry/api';
import { Attr } from '../spans/attributes.js';
import { randomnessOf, thresholdIn, withThreshold } from './ot-trace-state.js';
import { parentBased } from './parent-based.js';
import { dropped, SAMPLED, type Sampler, type SamplingResult } from './sampler.js';
import { MIN_PROBABILITY, passes, withoutTrailingZeros } from './threshold.js';
import { type MonotonicMs, traceBudget } from './trace-budget.js';

export interface AdaptiveSamplerOptions {
  /** Most traces in any second. Default 100. Below 1: one trace in more than a second; 0.1 is one in ten seconds. */
  tracesPerSecond?: number | undefined;
  /** Whether traces that a remote caller has sampled count and may be dropped, too; they are then incomplete. Default false. */
  capRemote?: boolean | undefined;
  /** Default `performance.now`. */
  clock?: { monotonicMs: MonotonicMs } | undefined;
}

/**
 * Samples every trace that begins here up to `tracesPerSecond` in any sliding second; of more traces it samples a fair share and
 * never exceeds the limit. The probability is recorded on the first span as `sampling.probability` and in the tracestate as
 * `ot=th:…`, so that numbers can be scaled. Children follow their parents.
 */
export function adaptiveSampler({
  tracesPerSecond = 100,
  capRemote = false,
  clock = { monotonicMs: () => performance.now() },
}: AdaptiveSamplerOptions = {}): Sampler {
  if (typeof tracesPerSecond !== 'number' || !(tracesPerSecond > 0 && tracesPerSecond <= MAX_PER_SECOND)) {
    throw new RangeError(
      `[tracing] tracesPerSecond must be a number above 0 and at most ${MAX_PER_SECOND}, but got ${tracesPerSecond}. For no traces, use alwaysOff.`,
    );
  }
  const capped = cappedSampler(tracesPerSecond, clock.monotonicMs);
  const whole = parentBased({ root: capped, ...(capRemote ? { remoteParentSampled: capped } : {}) });
  return { ...whole, toString: () => `AdaptiveSampler{${tracesPerSecond}}` };
}

const MAX_PER_SECOND = 1_000_000;

function cappedSampler(tracesPerSecond: number, monotonicMs: MonotonicMs): Sampler {
  const budget = traceBudget(tracesPerSecond, monotonicMs);
  return {
    shouldSample(context, traceId) {
      const probability = budget.arrive();
      if (probability < MIN_PROBABILITY) return dropped;
      const traceState = trace.getSpanContext(context)?.traceState;
      if (probability === 1 && traceState === undefined) {
        budget.spend();
        return sampledForSure;
      }
      // 32 bits: a threshold of 8 digits is exact, so the same number is compared and sent.
      const rejected = Math.min(0xffff_ffff, Math.round((1 - probability) * 2 ** 32));
      const own = withoutTrailingZeros(rejected.toString(16).padStart(8, '0'));
      if (!passes(own, randomnessOf(traceId, traceState))) return dropped;
      budget.spend();
      // If the caller has sampled with a smaller probability, that one says how many traces this one represents.
      const parents = thresholdIn(traceState);
      const threshold = parents !== undefined && parents > own ? parents : own;
      return sampledWith(1 - rejected / 2 ** 32, withThreshold(traceState, threshold));
    },
    toString: () => `Capped{${tracesPerSecond}}`,
    readsAttributes: false,
  };
}

const sampledForSure: SamplingResult = sampledWith(1, createTraceState('ot=th:0'));

function sampledWith(probability: number, traceState: SamplingResult['traceState']): SamplingResult {
  const attributes = { [Attr.samplingProbability]: probability };
  return traceState === undefined ? { decision: SAMPLED, attributes } : { decision: SAMPLED, attributes, traceState };
}
