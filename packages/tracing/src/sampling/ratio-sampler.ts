import { type Context, trace } from '@opentelemetry/api';
import { alwaysOff } from './always.js';
import { randomnessOf, withThreshold } from './ot-trace-state.js';
import { dropped, NOT_RECORDED, SAMPLED, type Sampler, type SamplingResult } from './sampler.js';
import { MIN_PROBABILITY, passes, thresholdOf } from './threshold.js';

/**
 * Samples this fraction of traces, the same ones in every service and language that follows OpenTelemetry's consistent
 * probability sampling: a trace is sampled if its randomness (`rv` of the tracestate, or else the last 7 bytes of the trace id)
 * is not below a threshold (`th` in the tracestate). A larger ratio samples all traces of a smaller one.
 *
 * It decides about every span alone; `parentBased(ratioSampler(0.1))` lets children follow their parents.
 * @param ratio from 0 to 1; below 2^-56 nothing is sampled
 */
export function ratioSampler(ratio: number): Sampler {
  if (typeof ratio !== 'number' || !(ratio >= 0 && ratio <= 1)) {
    throw new RangeError(
      `[tracing] A sampling ratio must be a number from 0 to 1, but got ${ratio}. For 10 %, pass 0.1.`,
    );
  }
  const name = `TraceIdRatioBased{${ratio}}`;
  if (ratio < MIN_PROBABILITY) return { ...alwaysOff, dropsUnderUnsampledParent: true, toString: () => name };

  const threshold = thresholdOf(ratio);
  const sampledRoot: SamplingResult = result(SAMPLED, withThreshold(undefined, threshold));
  return {
    shouldSample(context: Context, traceId: string): SamplingResult {
      const traceState = trace.getSpanContext(context)?.traceState;
      if (traceState === undefined) return passes(threshold, traceId) ? sampledRoot : dropped;
      return passes(threshold, randomnessOf(traceId, traceState))
        ? result(SAMPLED, withThreshold(traceState, threshold))
        : result(NOT_RECORDED, withThreshold(traceState, undefined));
    },
    toString: () => name,
    readsAttributes: false,
  };
}

function result(decision: SamplingResult['decision'], traceState: SamplingResult['traceState']): SamplingResult {
  return traceState === undefined ? { decision } : { decision, traceState };
}
