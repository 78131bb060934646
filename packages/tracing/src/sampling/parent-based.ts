import { isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api';
import { alwaysOff, alwaysOn } from './always.js';
import { isDebug } from './debug-flag.js';
import { randomnessOf, thresholdIn, withThreshold } from './ot-trace-state.js';
import { type Sampler, type SamplingResult, sampled } from './sampler.js';
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
 * Lets spans follow their parents, so that traces are whole, and asks `root` about those that begin one (OpenTelemetry's
 * ParentBased). A trace that somebody debugs is sampled. A threshold that a remote parent sends and that does not fit its
 * decision is erased, so that nobody scales numbers by it.
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
      const given = trace.getSpanContext(context);
      const parent = given !== undefined && isSpanContextValid(given) ? given : undefined;
      const isFromElsewhere = parent === undefined || parent.isRemote === true;
      if (isFromElsewhere && isDebug(context)) return parent === undefined ? sampled : consistent(sampled, parent);
      const result = delegate(parent).shouldSample(context, traceId, ...span);
      // A sampler with a tracestate of its own has settled the threshold itself.
      if (parent?.isRemote !== true || result.traceState !== undefined) return result;
      return consistent(result, parent);
    },
    toString: () =>
      `ParentBased{${Object.entries(all)
        .map(([name, sampler]) => `${name}=${sampler}`)
        .join(', ')}}`,
    readsAttributes: Object.values(all).some((sampler) => sampler.readsAttributes !== false),
    dropsUnderUnsampledParent: localParentNotSampled === alwaysOff,
  };
}

/** "Sampled" must be what the threshold says about the trace. */
function consistent(result: SamplingResult, parent: SpanContext): SamplingResult {
  const threshold = thresholdIn(parent.traceState);
  if (threshold === undefined) return result;
  const isSampled = result.decision === sampled.decision;
  if (isSampled === passes(threshold, randomnessOf(parent.traceId, parent.traceState))) return result;
  const traceState = withThreshold(parent.traceState, undefined);
  return traceState === undefined ? result : { ...result, traceState };
}
