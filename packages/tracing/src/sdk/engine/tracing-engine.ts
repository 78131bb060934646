import type { TracerProvider as TracerProviderApi } from '@opentelemetry/api';
import type { Clock, Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { Sampler } from '../../sampling/sampler.js';
import type { SpansOptions } from '../../spans/create-spans.js';
import type { SpanProcessor, SpanResource } from '../../tracer/readable-span.js';
import type { ResolvedTracingSettings } from '../fields.js';
import type { SamplingRule } from '../options.js';
import type { SpanQueue } from '../span-delivery.js';
import type { TracingProvider } from '../tracing.js';

/** What creates spans and sends them. */
export interface TracingEngine {
  /** For `explain()`. */
  readonly name: string;
  readonly provider: EngineProvider;
  /** Options for the builder of spans, so that it has the engine's limits. */
  readonly spansOptions: Pick<SpansOptions, 'maxValueLength'>;
  /** One for each target of spans. */
  readonly queues: readonly SpanQueue[];
  /** Flushes or shuts down the span processors of the service. Resolves to what failed; never rejects. `undefined` if there are none. */
  readonly processors: ((action: 'forceFlush' | 'shutdown') => Promise<readonly unknown[]>) | undefined;
  /** Whether its provider may become the one of the process. */
  readonly isRegistrable: boolean;
  /** Settings that it cannot keep, one sentence each. */
  readonly problems: readonly string[];
}

export interface EngineProvider extends TracingProvider {
  /** Spans that the sampler left out so far; `undefined` if it does not count them. */
  readonly sampledOut?: number | undefined;
  /** After a restart: tracers that code has kept start their spans there. */
  handOver?(successor: TracerProviderApi): void;
}

/** What an engine is started with. The settings are checked already. */
export interface EngineOptions {
  readonly settings: ResolvedTracingSettings;
  readonly sampler: Sampler;
  readonly samplingRules: readonly SamplingRule[];
  readonly resource: SpanResource;
  readonly processors: readonly SpanProcessor[];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricsCollector | undefined;
}
