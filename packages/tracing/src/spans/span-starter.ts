import {
  type Attributes,
  type Context,
  diag,
  INVALID_SPAN_CONTEXT,
  type Link,
  type Span,
  SpanKind,
  type Tracer as TracerApi,
  trace,
} from '@opentelemetry/api';
import { activeContext } from '../context/active-context.js';
import type { HeadSampling } from '../sampling/head-sampling.js';
import { RecordingSpan } from '../tracer/recording-span.js';
import { Tracer } from '../tracer/tracer.js';
import { isContext, optionOf } from '../untrusted-values.js';
import type { AttributePolicy } from './attribute-policy.js';
import { cleanLinks, spanGuard } from './guard-span.js';
import { nameString } from './name-string.js';
import type { Preset } from './presets.js';
import { putAttribute } from './put-attribute.js';
import type { SpanOptions } from './span-options.js';
import { timeOf } from './time-of.js';
import { UnsampledSpan } from './unsampled-span.js';

export interface SpanStarterOptions {
  readonly tracer: TracerApi;
  readonly headSampling: HeadSampling | undefined;
  readonly isParentBased: boolean;
  readonly policy: AttributePolicy;
}

/** Starts spans described by presets, and does as little as possible for spans that are not recorded. Never throws. */
export class SpanStarter {
  readonly #tracer: TracerApi;
  readonly #headSampling: HeadSampling | undefined;
  readonly #isParentBased: boolean;
  readonly #policy: AttributePolicy;
  readonly #guard: (span: Span) => void;
  /** The tracer, if it is ours: it has the policy in its spans, and asks its sampler before anything is built. */
  readonly #own: Tracer | undefined;

  constructor({ tracer, headSampling, isParentBased, policy }: SpanStarterOptions) {
    this.#tracer = tracer;
    this.#headSampling = headSampling;
    this.#isParentBased = isParentBased;
    this.#policy = policy;
    this.#guard = spanGuard(policy);
    this.#own = tracer instanceof Tracer ? tracer : undefined;
  }

  /** @param parent the result of `parentOf` */
  start<O extends SpanOptions>(preset: Preset<O>, given: string, options: O, parent: Context): Span {
    const text = nameString(given);
    try {
      return this.#start(preset, text, options, parent);
    } catch (error) {
      diag.error(`[tracing] The span "${text}" could not be started.`, error);
      return trace.wrapSpanContext(trace.getSpanContext(parent) ?? INVALID_SPAN_CONTEXT);
    }
  }

  #start<O extends SpanOptions>(preset: Preset<O>, given: string, options: O, parent: Context): Span {
    const head = this.#headSampling;
    const name = nameString(preset.spanName(given, options));
    const kind = isKind(options.kind) ? options.kind : preset.kind(given, options);
    if (this.#own !== undefined) return this.#startOwn(this.#own, preset, given, options, parent, name, kind);
    if (head !== undefined) {
      const attributes = head.readsAttributes ? this.#eagerAttributes(preset, given, options) : noAttributes;
      const unrecorded = head.decide(parent, name, kind, attributes, (options.links ?? noLinks) as Link[]);
      if (unrecorded !== undefined) return unrecorded;
    } else if (this.#isParentBased) {
      const above = trace.getSpan(parent);
      if (above !== undefined && isUnsampledLocal(above)) return childOf(above);
    }
    return this.#record(preset, given, options, parent, name, kind);
  }

  #startOwn<O extends SpanOptions>(
    tracer: Tracer,
    preset: Preset<O>,
    given: string,
    options: O,
    parent: Context,
    name: string,
    kind: SpanKind,
  ): Span {
    const policy = options.redact === undefined ? this.#policy : this.#policy.withRedaction(options.redact);
    const { attributes: more, links, startTime } = options;
    const span = tracer.open({
      parent,
      name,
      kind,
      attributes: tracer.readsAttributes ? this.#eagerAttributes(preset, given, options) : noAttributes,
      links: links === undefined ? noLinks : cleanLinks(links, policy),
      startTime,
      policy,
    });
    if (!(span instanceof RecordingSpan)) return span;
    span.putInputs(preset.attributes(given, options));
    if (more !== undefined) span.putInputs(attributesOf(more));
    tracer.started(span, parent);
    return span;
  }

  #record<O extends SpanOptions>(
    preset: Preset<O>,
    given: string,
    options: O,
    parent: Context,
    name: string,
    kind: SpanKind,
  ): Span {
    const policy = options.redact === undefined ? this.#policy : this.#policy.withRedaction(options.redact);
    const guard = policy === this.#policy ? this.#guard : spanGuard(policy);
    const { attributes: more, links } = options;
    const startTime = timeOf(options.startTime);
    const attributes = policy.cleanAll(preset.attributes(given, options));
    // The span will be recorded: lazy attributes can be set at its start.
    const isLazy = typeof more === 'function';
    if (this.#headSampling !== undefined || !isLazy) addTo(attributes, policy.cleanAll(attributesOf(more)));
    let span: Span;
    try {
      span = this.#tracer.startSpan(
        name,
        {
          kind,
          attributes,
          ...(links === undefined ? {} : { links: cleanLinks(links, policy) }),
          ...(startTime === undefined ? {} : { startTime }),
        },
        parent,
      );
    } finally {
      this.#headSampling?.settle();
    }
    if (!span.isRecording()) return span;
    guard(span);
    if (this.#headSampling === undefined && isLazy) span.setAttributes(attributesOf(more) as Attributes);
    return span;
  }

  /** Without those given as a function: it is called only if the span is recorded. */
  #eagerAttributes<O extends SpanOptions>(preset: Preset<O>, given: string, options: O): Attributes {
    const policy = options.redact === undefined ? this.#policy : this.#policy.withRedaction(options.redact);
    const attributes = policy.cleanAll(preset.attributes(given, options));
    if (typeof options.attributes !== 'function') addTo(attributes, policy.cleanAll(options.attributes));
    return attributes;
  }
}

/** The context for starting the span. */
export function parentOf(options: SpanOptions): Context {
  const given = optionOf(options, 'parent');
  const parent = given !== undefined && isContext(given) ? given : activeContext();
  return optionOf(options, 'root') === true ? trace.deleteSpan(parent) : parent;
}

function isKind(kind: unknown): kind is SpanKind {
  return typeof kind === 'number' && SpanKind[kind] !== undefined;
}

const noAttributes: Attributes = Object.freeze({});
const noLinks: readonly Link[] = Object.freeze([]);

function attributesOf(attributes: SpanOptions['attributes']): unknown {
  if (typeof attributes !== 'function') return attributes;
  try {
    return attributes();
  } catch (error) {
    diag.warn('[tracing] The function for the attributes of a span threw; the span has none of them.', error);
    return undefined;
  }
}

function addTo(attributes: Attributes, more: Attributes): void {
  for (const key in more) putAttribute(attributes, key, more[key]);
}

function isUnsampledLocal(span: Span): boolean {
  if (span instanceof UnsampledSpan) return true;
  if (span.isRecording()) return false;
  const { traceFlags, isRemote, traceId } = span.spanContext();
  return (traceFlags & 1) === 0 && isRemote !== true && traceId !== INVALID_SPAN_CONTEXT.traceId;
}

function childOf(span: Span): Span {
  if (span instanceof UnsampledSpan) return span.child();
  const { traceId, traceState } = span.spanContext();
  return new UnsampledSpan({ id: traceId, state: traceState });
}
