import type { TracerProvider as TracerProviderApi } from '@opentelemetry/api';
import { type Clock, systemClock } from '@sightline/base';
import { alwaysOn } from '../sampling/always.js';
import { parentBased } from '../sampling/parent-based.js';
import type { Sampler } from '../sampling/sampler.js';
import { type AttributePolicy, attributePolicy } from '../spans/attribute-policy.js';
import { type IdGenerator, randomIds } from '../spans/random-ids.js';
import type { SpanProcessor, SpanResource } from './readable-span.js';
import type { RecordingSpan } from './recording-span.js';
import { defaultSpanLimits, type SpanLimits } from './span-limits.js';
import { SpanProcessors } from './span-processors.js';
import { spanResource } from './span-resource.js';
import { TraceAnchors } from './trace-anchor.js';
import { Tracer, type TracerHome } from './tracer.js';

export interface TracerProviderOptions {
  /** Default: all spans, children as their parents. */
  readonly sampler?: Sampler | undefined;
  /** Default: random ids. */
  readonly ids?: IdGenerator | undefined;
  readonly limits?: Partial<SpanLimits> | undefined;
  /** Redaction and limits of values, for every span. */
  readonly policy?: AttributePolicy | undefined;
  readonly resource?: SpanResource | undefined;
  readonly processors?: readonly SpanProcessor[] | undefined;
  /** Takes each ended span, after the processors. Must not throw. */
  readonly sink?: SpanSink | undefined;
  readonly clock?: Clock | undefined;
}

/** The target of ended spans within this library. */
export interface SpanSink {
  /** Whether it reads `ReadableSpan`s later, so that their members must be objects of their own. */
  readonly keepsSpans: boolean;
  add(span: RecordingSpan): void;
  /** Rejects if spans were lost or not sent in time. */
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Makes tracers: OpenTelemetry's `TracerProvider`, with a policy for the attributes of every span. */
export class TracerProvider implements TracerProviderApi {
  readonly #tracers = new Map<string, Tracer>();
  readonly #processors: SpanProcessors;
  readonly #sink: SpanSink | undefined;
  readonly #home: TracerHome & { successor: TracerHome['successor'] };

  constructor(options: TracerProviderOptions = {}) {
    const { clock = systemClock, processors = [], sink } = options;
    const all = new SpanProcessors(processors);
    this.#processors = all;
    this.#sink = sink;
    this.#home = {
      sampler: options.sampler ?? parentBased(alwaysOn),
      ids: options.ids ?? randomIds,
      policy: options.policy ?? attributePolicy(),
      limits: { ...defaultSpanLimits, ...options.limits },
      resource: options.resource ?? spanResource({}),
      anchors: new TraceAnchors(clock),
      processors: processors.length === 0 ? undefined : all,
      isObserved: processors.length > 0 || sink?.keepsSpans === true,
      successor: undefined,
      monotonicMs: () => clock.monotonicMs(),
      ending: (span) => all.onEnding(span),
      ended: (span) => {
        all.onEnd(span);
        sink?.add(span);
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
    await this.#all('forceFlush', this.#sink?.flush());
  }

  /** Flushes and ends processors and delivery. Rejects with an `AggregateError` of what failed. */
  async shutdown(): Promise<void> {
    await this.#all('shutdown', this.#sink?.shutdown());
  }

  /** @internal After a restart: tracers that code has kept start their spans there. */
  handOver(successor: TracerProvider | undefined): void {
    if (successor !== this) this.#home.successor = successor;
  }

  async #all(action: 'forceFlush' | 'shutdown', ofSink: Promise<void> | undefined): Promise<void> {
    const sent = await Promise.allSettled([this.#processors.all(action), ofSink]);
    const [processors, sink] = sent;
    const failures = [
      ...(processors.status === 'fulfilled' ? processors.value : [processors.reason]),
      ...(sink.status === 'rejected' ? [sink.reason] : []),
    ];
    if (failures.length > 0) throw new AggregateError(failures, `[tracing] ${action}: ${failures.map(String).join('; ')}`);
  }
}

const MAX_TRACERS = 10_000;
