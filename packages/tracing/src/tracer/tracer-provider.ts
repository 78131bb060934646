import type { TracerProvider as TracerProviderApi } from '@opentelemetry/api';
import { type Clock, systemClock } from '@sightline/base';
import { alwaysOn } from '../sampling/always.js';
import { parentBased } from '../sampling/parent-based.js';
import type { Sampler } from '../sampling/sampler.js';
import { type AttributePolicyOptions, attributePolicy } from '../spans/attribute-policy.js';
import { nameString } from '../spans/name-string.js';
import { type IdGenerator, randomIds } from '../spans/random-ids.js';
import { optionOf } from '../untrusted-values.js';
import type { InstrumentationScope, SpanProcessor, SpanResource } from './readable-span.js';
import type { RecordingSpan } from './recording-span.js';
import { type FlushedSink, settleAll } from './settle-all.js';
import { defaultSpanLimits, type SpanLimits } from './span-limits.js';
import { SpanProcessors } from './span-processors.js';
import { spanResource } from './span-resource.js';
import { TraceAnchors } from './trace-anchor.js';
import { Tracer, type TracerHome } from './tracer.js';

/** `redact` and `maxValueLength` are for every span, by whatever code it is started. */
export interface TracerProviderOptions extends AttributePolicyOptions {
  /** Default: all spans, children as their parents. */
  readonly sampler?: Sampler | undefined;
  /** Default: random ids. */
  readonly ids?: IdGenerator | undefined;
  readonly limits?: Partial<SpanLimits> | undefined;
  readonly resource?: SpanResource | undefined;
  readonly processors?: readonly SpanProcessor[] | undefined;
  /** They take each ended span, after the processors. */
  readonly sinks?: readonly SpanSink[] | undefined;
  readonly clock?: Clock | undefined;
}

/** The target of ended spans within this library. */
export interface SpanSink extends FlushedSink {
  /** Whether it reads the spans later, so that their attributes must be objects. */
  readonly keepsSpans: boolean;
  /** Never throws. */
  add(span: RecordingSpan): void;
}

/** Makes tracers: OpenTelemetry's `TracerProvider`, with a policy for the attributes of every span. */
export class TracerProvider implements TracerProviderApi {
  readonly #tracers = new Map<string, Tracer>();
  /** @internal */
  readonly processors: SpanProcessors;
  readonly #sinks: readonly SpanSink[];
  readonly #clock: Clock;
  readonly #home: TracerHome & { successor: TracerHome['successor'] };

  constructor(options: TracerProviderOptions = {}) {
    const { clock = systemClock, processors = [], sinks = [] } = options;
    const all = new SpanProcessors(processors);
    this.processors = all;
    this.#sinks = sinks;
    this.#clock = clock;
    this.#home = {
      sampler: options.sampler ?? parentBased(alwaysOn),
      ids: options.ids ?? randomIds,
      policy: attributePolicy({ redact: options.redact, maxValueLength: options.maxValueLength }),
      limits: { ...defaultSpanLimits, ...options.limits },
      resource: options.resource ?? spanResource({}),
      anchors: new TraceAnchors(clock),
      processors: processors.length === 0 ? undefined : all,
      isObserved: processors.length > 0 || sinks.some(({ keepsSpans }) => keepsSpans),
      sampledOut: 0,
      successor: undefined,
      // Without a closure in between, where the clock needs none.
      monotonicMs: clock === systemClock ? clock.monotonicMs : () => clock.monotonicMs(),
      ending: (span) => all.onEnding(span),
      ended: (span) => {
        all.onEnd(span);
        for (const sink of sinks) sink.add(span);
      },
    };
  }

  /** Spans that the sampler left out so far. */
  get sampledOut(): number {
    return this.#home.sampledOut;
  }

  get resource(): SpanResource {
    return this.#home.resource;
  }

  /** The same tracer for the same name, version and schema. */
  getTracer(name: string, version?: string, options?: { readonly schemaUrl?: string }): Tracer {
    const scope: InstrumentationScope = {
      name: nameString(name ?? ''),
      ...optionalString('version', version),
      ...optionalString('schemaUrl', optionOf(options, 'schemaUrl')),
    };
    const key = JSON.stringify([scope.name, scope.version, scope.schemaUrl]);
    const known = this.#tracers.get(key);
    if (known !== undefined) return known;
    const tracer = new Tracer(this.#home, scope);
    // Names come from code; a caller that makes them up must not fill the memory.
    if (this.#tracers.size < MAX_TRACERS) this.#tracers.set(key, tracer);
    return tracer;
  }

  /** Sends what has ended. Rejects with an `AggregateError` of what failed. */
  forceFlush(): Promise<void> {
    return settleAll('forceFlush', (action) => this.processors.all(action), this.#sinks, this.#clock);
  }

  /** Flushes and ends processors and delivery. Rejects with an `AggregateError` of what failed. */
  shutdown(): Promise<void> {
    return settleAll('shutdown', (action) => this.processors.all(action), this.#sinks, this.#clock);
  }

  /** @internal After a restart: tracers that code has kept start their spans there. */
  handOver(successor: TracerProviderApi): void {
    if (successor !== this) this.#home.successor = successor;
  }
}

const MAX_TRACERS = 10_000;

/** Nothing for a value that is absent; callers without types may pass anything. */
function optionalString<Name extends string>(name: Name, value: unknown): { [N in Name]?: string } {
  return value === undefined || value === null ? {} : ({ [name]: nameString(value) } as { [N in Name]: string });
}
