import type { TracerProvider as TracerProviderApi } from '@opentelemetry/api';
import { type Clock, messageOf, systemClock } from '@sightline/base';
import { alwaysOn } from '../sampling/always.js';
import { parentBased } from '../sampling/parent-based.js';
import type { Sampler } from '../sampling/sampler.js';
import { type AttributePolicyOptions, attributePolicy } from '../spans/attribute-policy.js';
import { type IdGenerator, randomIds } from '../spans/random-ids.js';
import type { SpanProcessor, SpanResource } from './readable-span.js';
import type { RecordingSpan } from './recording-span.js';
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
export interface SpanSink {
  /** Whether it reads the spans later, so that their attributes must be objects. */
  readonly keepsSpans: boolean;
  /** Never throws. */
  add(span: RecordingSpan): void;
  /** Never rejects. */
  flush(deadline: { readonly timeoutMs: number }): Promise<SinkReport>;
  /** Never rejects. */
  shutdown(deadline: { readonly timeoutMs: number }): Promise<SinkReport>;
}

/** Spans that were lost, and spans that still wait. */
interface SinkReport {
  readonly dropped: number;
  readonly pending: number;
}

/** Makes tracers: OpenTelemetry's `TracerProvider`, with a policy for the attributes of every span. */
export class TracerProvider implements TracerProviderApi {
  readonly #tracers = new Map<string, Tracer>();
  /** @internal */
  readonly processors: SpanProcessors;
  readonly #sinks: readonly SpanSink[];
  readonly #home: TracerHome & { successor: TracerHome['successor'] };

  constructor(options: TracerProviderOptions = {}) {
    const { clock = systemClock, processors = [], sinks = [] } = options;
    const all = new SpanProcessors(processors);
    this.processors = all;
    this.#sinks = sinks;
    this.#home = {
      sampler: options.sampler ?? parentBased(alwaysOn),
      ids: options.ids ?? randomIds,
      policy: attributePolicy({ redact: options.redact, maxValueLength: options.maxValueLength }),
      limits: { ...defaultSpanLimits, ...options.limits },
      resource: options.resource ?? spanResource({}),
      anchors: new TraceAnchors(clock),
      processors: processors.length === 0 ? undefined : all,
      isObserved: processors.length > 0 || sinks.some(({ keepsSpans }) => keepsSpans),
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

  get resource(): SpanResource {
    return this.#home.resource;
  }

  /** The same tracer for the same name, version and schema. */
  getTracer(name: string, version?: string, options?: { readonly schemaUrl?: string }): Tracer {
    const schemaUrl = options?.schemaUrl;
    const key = JSON.stringify([name, version, schemaUrl]);
    const known = this.#tracers.get(key);
    if (known !== undefined) return known;
    const tracer = new Tracer(this.#home, {
      name: String(name ?? ''),
      ...(version === undefined ? {} : { version: String(version) }),
      ...(schemaUrl === undefined ? {} : { schemaUrl: String(schemaUrl) }),
    });
    // Names come from code; a caller that makes them up must not fill the memory.
    if (this.#tracers.size < MAX_TRACERS) this.#tracers.set(key, tracer);
    return tracer;
  }

  /** Sends what has ended. Rejects with an `AggregateError` of what failed. */
  async forceFlush(): Promise<void> {
    await this.#all(
      'forceFlush',
      this.#sinks.map((sink) => sink.flush({ timeoutMs: FLUSH_MS })),
    );
  }

  /** Flushes and ends processors and delivery. Rejects with an `AggregateError` of what failed. */
  async shutdown(): Promise<void> {
    await this.#all(
      'shutdown',
      this.#sinks.map((sink) => sink.shutdown({ timeoutMs: FLUSH_MS })),
    );
  }

  /** @internal After a restart: tracers that code has kept start their spans there. */
  handOver(successor: TracerProviderApi): void {
    if (successor !== this) this.#home.successor = successor;
  }

  async #all(action: 'forceFlush' | 'shutdown', sinks: ReadonlyArray<Promise<SinkReport>>): Promise<void> {
    const [failures, reports] = await Promise.all([this.processors.all(action), Promise.all(sinks)]);
    const undelivered = reports.reduce((sum, { dropped, pending }) => sum + dropped + pending, 0);
    const all = [...failures, ...(undelivered === 0 ? [] : [new Error(`${undelivered} spans were not delivered.`)])];
    if (all.length > 0)
      throw new AggregateError(all, `[tracing] ${action}: ${all.map((each) => messageOf(each)).join('; ')}`);
  }
}

const MAX_TRACERS = 10_000;
const FLUSH_MS = 30_000;
