import {
  type Attributes,
  type Context,
  context,
  diag,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  type Tracer as TracerApi,
  trace,
} from '@opentelemetry/api';
import { suppressedTracingKey } from '@sightline/base';
import { contextWithSpan } from '../context/span-layer.js';
import { RANDOM } from '../propagation/traceparent.js';
import { dropped, NOT_RECORDED, SAMPLED, type Sampler, type SamplingResult, sampled } from '../sampling/sampler.js';
import type { AttributePolicy } from '../spans/attribute-policy.js';
import { nameString } from '../spans/name-string.js';
import type { IdGenerator } from '../spans/random-ids.js';
import { UnsampledSpan } from '../spans/unsampled-span.js';
import { isContext, listOf, optionOf } from '../untrusted-values.js';
import type { InstrumentationScope } from './readable-span.js';
import { RecordingSpan, type SpanHome } from './recording-span.js';
import type { SpanProcessors } from './span-processors.js';
import { timeInput } from './time-input.js';
import { hrTimeOf, type TraceAnchors } from './trace-anchor.js';

/** What the tracers of one provider share. */
export interface TracerHome extends SpanHome {
  readonly sampler: Sampler;
  readonly ids: IdGenerator;
  readonly policy: AttributePolicy;
  readonly anchors: TraceAnchors;
  /** `undefined` if there are none. */
  readonly processors: SpanProcessors | undefined;
  /** Spans that the sampler left out, recorded for processors or not. */
  sampledOut: number;
  /** The provider that took over after a restart, whose tracers start the spans. */
  readonly successor:
    | { getTracer(name: string, version?: string, options?: { schemaUrl?: string }): TracerApi }
    | undefined;
}

/** A span to start, for the library's own span builder. */
export interface SpanDraft {
  readonly parent: Context;
  readonly name: string;
  readonly kind: SpanKind;
  /** Only read by samplers that read attributes. */
  readonly attributes: Attributes;
  readonly links: readonly Link[];
  readonly startTime: unknown;
  /** Instead of the provider's. */
  readonly policy: AttributePolicy | undefined;
}

/** Starts spans: OpenTelemetry's `Tracer`. Its methods throw only what the caller's function throws. */
export class Tracer implements TracerApi {
  readonly #home: TracerHome;
  readonly #scope: InstrumentationScope;

  constructor(home: TracerHome, scope: InstrumentationScope) {
    this.#home = home;
    this.#scope = scope;
  }

  /** What cleans the attributes of its spans. */
  get policy(): AttributePolicy {
    return this.#home.policy;
  }

  /** Whether the sampler may read attributes. */
  get readsAttributes(): boolean {
    return this.#home.sampler.readsAttributes !== false;
  }

  startSpan(name: string, options?: SpanOptions, parent: Context = context.active()): Span {
    const { successor } = this.#home;
    if (successor !== undefined) return this.#in(successor).startSpan(name, options, parent);
    try {
      return this.#startSpan(nameString(name), options, parent);
    } catch (error) {
      diag.error(`[tracing] The span "${nameString(name)}" could not be started.`, error);
      return suppressedSpan;
    }
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, options: SpanOptions, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan(name: string, ...rest: readonly unknown[]): unknown {
    const fn = rest.at(-1);
    if (typeof fn !== 'function') return undefined;
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : undefined;
    const parent = rest.length > 2 && isContext(rest[1]) ? rest[1] : context.active();
    const span = this.startSpan(name, options, parent);
    return context.with(contextWithSpan(parent, span), fn as (span: Span) => unknown, undefined, span);
  }

  /**
   * Decides about a span and makes it, without attributes. A recorded one must be passed to `started` when it has them.
   * Throws nothing but what the ids' generator throws.
   */
  open({ parent, name, kind, attributes, links, startTime, policy }: SpanDraft): Span {
    const home = this.#home;
    const isEmpty = parent === ROOT_CONTEXT;
    if (!isEmpty && parent.getValue(suppressedTracingKey) === true) return suppressedSpan;
    const above = isEmpty ? undefined : trace.getSpan(parent);
    if (above instanceof UnsampledSpan && home.sampler.dropsUnderUnsampledParent === true) {
      home.sampledOut++;
      return above.child();
    }
    const local = above instanceof RecordingSpan ? above : undefined;
    const parentContext = local === undefined ? validContext(above) : local.spanContext();
    const traceId = parentContext?.traceId ?? home.ids.generateTraceId();
    const isKept =
      local !== undefined && home.sampler.keepsUnderSampledParent === true && isSampled(local.spanContext());
    const result = isKept ? sampled : this.#ask(parent, traceId, name, kind, attributes, links);
    const traceState = result.traceState ?? parentContext?.traceState;
    if (result.decision !== SAMPLED) home.sampledOut++;
    if (result.decision === NOT_RECORDED) {
      // The propagator sets the random flag of traces that begin here.
      const isRandom = parentContext === undefined || (parentContext.traceFlags & RANDOM) !== 0;
      return new UnsampledSpan({ id: traceId, state: traceState, isRandom, ids: home.ids });
    }
    const nowMs = home.monotonicMs();
    const anchor = home.anchors.next(local?.anchor, nowMs);
    const given = startTime === undefined ? undefined : timeInput(startTime, nowMs, anchor.offsetMs);
    const span = new RecordingSpan(
      home,
      this.#scope,
      {
        traceId,
        spanId: home.ids.generateSpanId(),
        traceFlags: result.decision === SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE,
        traceState,
      } as SpanContext,
      parentContext,
      name,
      kind,
      anchor,
      given ?? hrTimeOf(nowMs + anchor.offsetMs),
      policy ?? home.policy,
    );
    for (const link of links) span.putLink(link);
    span.ofSampler = result.attributes;
    return span;
  }

  /** Sets the sampler's attributes, which override the span's, and shows the span to the processors. */
  started(span: RecordingSpan, parent: Context): void {
    if (span.ofSampler !== undefined) span.setAttributes(span.ofSampler);
    this.#home.processors?.onStart(span, parent);
  }

  #startSpan(name: string, options: SpanOptions | undefined, given: Context): Span {
    const parent = optionOf(options, 'root') === true ? trace.deleteSpan(given) : given;
    const attributes = optionOf(options, 'attributes') ?? noAttributes;
    const kind = optionOf(options, 'kind');
    const links = optionOf(options, 'links');
    const span = this.open({
      parent,
      name,
      kind: isKind(kind) ? kind : SpanKind.INTERNAL,
      attributes,
      links: links === undefined ? noLinks : ((listOf(links) ?? noLinks) as readonly Link[]),
      startTime: optionOf(options, 'startTime'),
      policy: undefined,
    });
    if (!(span instanceof RecordingSpan)) return span;
    if (attributes !== noAttributes) span.setAttributes(this.#withSampler(span, attributes));
    this.started(span, parent);
    return span;
  }

  /** With those of the sampler in their places, so that one beyond the limit that both have is dropped once. */
  #withSampler(span: RecordingSpan, attributes: Attributes): Attributes {
    const { ofSampler } = span;
    if (ofSampler === undefined) return attributes;
    span.ofSampler = undefined;
    return { ...this.policy.recordedAll(attributes, Number.POSITIVE_INFINITY).attributes, ...ofSampler };
  }

  #ask(...[parent, traceId, name, kind, attributes, links]: AskedFor): SamplingResult {
    const { sampler } = this.#home;
    try {
      // Some samplers of other libraries change what they are given.
      const given = sampler.readsAttributes === false ? noAttributes : { ...attributes };
      return sampler.shouldSample(parent, traceId, name, kind, given, links as Link[]);
    } catch (error) {
      diag.error(`[tracing] The sampler ${sampler} threw; the span is not recorded.`, error);
      return dropped;
    }
  }

  #in(successor: NonNullable<TracerHome['successor']>): TracerApi {
    const { name, version, schemaUrl } = this.#scope;
    return successor.getTracer(name, version, schemaUrl === undefined ? undefined : { schemaUrl });
  }
}

type AskedFor = [Context, string, string, SpanKind, Attributes, readonly Link[]];

const suppressedSpan: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
const noAttributes: Attributes = Object.freeze({});
const noLinks: readonly Link[] = Object.freeze([]);

function isKind(kind: unknown): kind is SpanKind {
  return typeof kind === 'number' && SpanKind[kind] !== undefined;
}

function validContext(span: Span | undefined): SpanContext | undefined {
  const given = span?.spanContext();
  return given !== undefined && isSpanContextValid(given) ? given : undefined;
}

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}
