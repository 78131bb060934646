import {
  type Attributes,
  type Context,
  createContextKey,
  diag,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanKind,
  trace,
} from '@opentelemetry/api';
import { RANDOM } from '../propagation/traceparent.js';
import { type IdGenerator, randomIds } from '../spans/random-ids.js';
import { UnsampledSpan } from '../spans/unsampled-span.js';
import { dropped, NOT_RECORDED, type Sampler, type SamplingResult } from './sampler.js';

/**
 * Lets `createSpans` ask the sampler before it builds anything for a span. Give `sampler` and `idGenerator` to the tracer
 * provider: after `decide` they return its decision and ids for the span, so that a sampler is asked once per span, and adaptive
 * ones count it once. For spans started by other code they decide as in any provider.
 */
export interface HeadSampling {
  readonly sampler: Sampler;
  readonly idGenerator: IdGenerator;
  /** Whether the sampler may read attributes, so that they must be built for `decide`. */
  readonly readsAttributes: boolean;
  /**
   * Returns the span to use if it is not recorded. `undefined` if the tracer must start it now, synchronously and with the same
   * context; then call `settle` in any case.
   */
  decide(context: Context, name: string, kind: SpanKind, attributes: Attributes, links: Link[]): Span | undefined;
  /** Forgets a decision if no span was started for it. */
  settle(): void;
}

/** @param ids default: random ones; others must be as random if a sampler decides by the trace id */
export function headSampling(sampler: Sampler, ids: IdGenerator = randomIds): HeadSampling {
  // One decision at most is pending: between `decide` and `settle` nothing asynchronous happens.
  let pendingContext: Context | undefined;
  let pendingTraceId: string | undefined;
  let pendingRootId: string | undefined;
  let pendingResult: SamplingResult = dropped;

  const ask = (...span: Parameters<Sampler['shouldSample']>): SamplingResult => {
    try {
      return sampler.shouldSample(...span);
    } catch (error) {
      diag.error(`[tracing] The sampler ${sampler} threw; the span is not recorded.`, error);
      return dropped;
    }
  };

  return {
    readsAttributes: sampler.readsAttributes !== false,
    decide(context, name, kind, attributes, links) {
      if (context.getValue(suppressedKey) === true) return suppressedSpan;
      const parent = trace.getSpan(context);
      if (parent instanceof UnsampledSpan && sampler.dropsUnderUnsampledParent === true) return parent.child();
      const given = parent?.spanContext();
      const parentContext = given !== undefined && isSpanContextValid(given) ? given : undefined;
      const traceId = parentContext?.traceId ?? ids.generateTraceId();
      const result = ask(context, traceId, name, kind, attributes, links);
      if (result.decision === NOT_RECORDED) {
        // As in the SDK, ids are random: the propagator sets the random flag of traces that begin here.
        const isRandom = parentContext === undefined || (parentContext.traceFlags & RANDOM) !== 0;
        return new UnsampledSpan({ id: traceId, state: result.traceState ?? parentContext?.traceState, isRandom, ids });
      }
      pendingContext = context;
      pendingTraceId = traceId;
      pendingRootId = parentContext === undefined ? traceId : undefined;
      pendingResult = result;
      return undefined;
    },
    settle() {
      pendingContext = undefined;
      pendingRootId = undefined;
    },
    sampler: {
      shouldSample(context, traceId, ...span) {
        if (pendingContext !== context || pendingTraceId !== traceId) return ask(context, traceId, ...span);
        pendingContext = undefined;
        return pendingResult;
      },
      toString: () => sampler.toString(),
      readsAttributes: sampler.readsAttributes !== false,
      dropsUnderUnsampledParent: sampler.dropsUnderUnsampledParent === true,
    },
    idGenerator: {
      generateTraceId() {
        const id = pendingRootId ?? ids.generateTraceId();
        pendingRootId = undefined;
        return id;
      },
      generateSpanId: () => ids.generateSpanId(),
    },
  };
}

// The key of `suppressTracing` in @opentelemetry/core. Exporters set it, so that their own requests are not traced.
const suppressedKey = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const suppressedSpan: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
