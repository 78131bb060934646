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
 * Lets `createSpans` ask the sampler before it builds anything for a span. A tracer provider is made with `sampler` and
 * `idGenerator`; for a span that `decide` was asked about, they give it the decision and the ids that exist already, so that a
 * sampler is asked once per span, and adaptive ones count it once. Spans that others start are decided as in any provider.
 */
export interface HeadSampling {
  readonly sampler: Sampler;
  readonly idGenerator: IdGenerator;
  /** Whether the sampler may look at attributes, so that they have to be built for `decide`. */
  readonly readsAttributes: boolean;
  /**
   * The span to use where nothing is to be recorded. `undefined` where the tracer is to start it now, synchronously and with the same
   * context; then `settle` must follow, whatever happened.
   */
  decide(context: Context, name: string, kind: SpanKind, attributes: Attributes, links: Link[]): Span | undefined;
  /** Forgets a decision that no span was started for. */
  settle(): void;
}

/** @param ids default: random ones; others must be as random where a sampler decides by the trace id */
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
        // As the SDK's, whose ids are random: the propagator says so of the traces that begin here.
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

// What `suppressTracing` of @opentelemetry/core sets: exporters do, so that their own requests are not traced.
const suppressedKey = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const suppressedSpan: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
