import { type Context, isSpanContextValid, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { incomingSampling } from '../propagation/incoming-trace.js';
import { alwaysOff, alwaysOn } from './always.js';
import { isDebug } from './debug-flag.js';
import { randomnessOf, thresholdIn, withThreshold } from './ot-trace-state.js';
import { dropped, type Sampler, type SamplingResult, sampled } from './sampler.js';
import { passes } from './threshold.js';

export interface ParentBasedOptions {
  /** For spans that begin a trace. */
  root: Sampler;
  /** Default for sampled parents `alwaysOn`, for unsampled ones `alwaysOff`. */
  remoteParentSampled?: Sampler | undefined;
  remoteParentNotSampled?: Sampler | undefined;
  localParentSampled?: Sampler | undefined;
  localParentNotSampled?: Sampler | undefined;
}

/**
 * Lets spans follow their parents, so that traces are complete, and asks `root` about spans that begin a trace (OpenTelemetry's
 * ParentBased). Traces for debugging are sampled; if the caller defers the decision, `root` decides; a decision without ids (B3)
 * applies to the trace that begins here. If a remote parent sends a threshold that contradicts its decision, the threshold is
 * removed, so that no numbers are scaled by it.
 */
export function parentBased(rootOrOptions: Sampler | ParentBasedOptions): Sampler {
  const options: ParentBasedOptions = 'shouldSample' in rootOrOptions ? { root: rootOrOptions } : rootOrOptions;
  const {
    root,
    remoteParentSampled = alwaysOn,
    remoteParentNotSampled = alwaysOff,
    localParentSampled = alwaysOn,
    localParentNotSampled = alwaysOff,
  } = options;
  const all = { root, remoteParentSampled, remoteParentNotSampled, localParentSampled, localParentNotSampled };

  const delegate = (parent: SpanContext | undefined): Sampler => {
    if (parent === undefined) return root;
    const isSampled = (parent.traceFlags & 1) === 1;
    if (parent.isRemote === true) return isSampled ? remoteParentSampled : remoteParentNotSampled;
    return isSampled ? localParentSampled : localParentNotSampled;
  };

  return {
    shouldSample(context, traceId, ...span): SamplingResult {
      if (context === ROOT_CONTEXT) return root.shouldSample(context, traceId, ...span);
      const given = trace.getSpanContext(context);
      const parent = given !== undefined && isSpanContextValid(given) ? given : undefined;
      const isFromElsewhere = parent === undefined || parent.isRemote === true;
      const asked = isFromElsewhere ? askedFor(context) : undefined;
      if (asked === 'record') return parent === undefined ? sampled : consistent(sampled, parent);
      if (asked === 'drop') return dropped;
      const sampler = asked === 'decide' ? root : delegate(parent);
      const result = sampler.shouldSample(context, traceId, ...span);
      // A sampler that returns a tracestate has set the threshold itself.
      if (parent?.isRemote !== true || result.traceState !== undefined) return result;
      return consistent(result, parent);
    },
    toString: () =>
      `ParentBased{${Object.entries(all)
        .map(([name, sampler]) => `${name}=${sampler}`)
        .join(', ')}}`,
    readsAttributes: Object.values(all).some((sampler) => sampler.readsAttributes !== false),
    dropsUnderUnsampledParent: localParentNotSampled === alwaysOff,
    keepsUnderSampledParent: localParentSampled === alwaysOn,
  };
}

/** The caller's request beyond the sampled flag: record the trace in any case, drop it, or decide about it here. */
function askedFor(context: Context): 'record' | 'drop' | 'decide' | undefined {
  if (isDebug(context)) return 'record';
  const incoming = incomingSampling(context);
  if (incoming === 'debug') return 'record';
  if (incoming === 'defer') return 'decide';
  // A decision without ids is about the trace that begins here; with ids the flag says the same.
  if (trace.getSpanContext(context) !== undefined) return undefined;
  if (incoming === 'accept') return 'record';
  return incoming === 'deny' ? 'drop' : undefined;
}

/** Removes a threshold that contradicts the sampled flag. */
function consistent(result: SamplingResult, parent: SpanContext): SamplingResult {
  const threshold = thresholdIn(parent.traceState);
  if (threshold === undefined) return result;
  const isSampled = result.decision === sampled.decision;
  if (isSampled === passes(threshold, randomnessOf(parent.traceId, parent.traceState))) return result;
  const traceState = withThreshold(parent.traceState, undefined);
  return traceState === undefined ? result : { ...result, traceState };
}
