import type { TextMapPropagator, Tracer, TracerProvider } from '@opentelemetry/api';
import type { DeadlineOptions } from '@sightline/core/backend';
import type { DeliveryReport, DeliveryStats } from '@sightline/otlp';
import type { SpanBuilder } from '../spans/create-spans.js';

/** A tracer provider, as OpenTelemetry's instrumentations and wrappers of functions as a service use it. */
export interface TracingProvider extends TracerProvider {
  /** Sends what has ended. Rejects with an `AggregateError` of what failed. */
  forceFlush(): Promise<void>;
  /** Flushes and ends processors and delivery. Rejects with an `AggregateError` of what failed. */
  shutdown(): Promise<void>;
}

/** The result of `startTracing`. */
export interface Tracing {
  /** Creates spans. */
  readonly spans: SpanBuilder;
  /** OpenTelemetry's tracer, for code that uses its API. If tracing is global, `trace.getTracer()` works as well. */
  readonly tracer: Tracer;
  readonly provider: TracingProvider;
  readonly propagator: TextMapPropagator;
  /** What the self-check found, one sentence each. */
  readonly problems: readonly string[];
  /** Resolves when spans can be sent; rejects if they never can, such as with an unreadable certificate. */
  readonly ready: Promise<void>;
  /** Sends all ended spans and waits for the answers, at most `timeoutMs`. Never rejects. Default 5000 ms. */
  flush(options?: Partial<DeadlineOptions>): Promise<DeliveryReport>;
  /** Flushes, then shuts down for good within `timeoutMs`, also if the collector is dead. Never rejects. Default 5000 ms. */
  shutdown(options?: Partial<DeadlineOptions>): Promise<DeliveryReport>;
  /** Counts of all spans since the start; lost ones by reason. */
  stats(): DeliveryStats;
  /** Spans that the sampler left out since the start; `undefined` where another engine than our own starts them. */
  readonly sampledOut: number | undefined;
  /** The effective configuration with the source of each setting, the state and the problems: a readable string without secrets. */
  explain(): string;
}
