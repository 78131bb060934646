import type { TextMapPropagator, Tracer, TracerProvider } from '@opentelemetry/api';
import type { DeadlineOptions } from '@sightline/core/backend';
import type { DeliveryReport, DeliveryStats } from '@sightline/otlp';
import type { SpanBuilder } from '../spans/create-spans.js';

/** Tracing that was started. */
export interface Tracing {
  /** Makes spans. */
  readonly spans: SpanBuilder;
  /** OpenTelemetry's, for code that wants the raw API; `trace.getTracer()` gives its like where tracing is global. */
  readonly tracer: Tracer;
  readonly provider: TracerProvider;
  readonly propagator: TextMapPropagator;
  /** What the self-check found, one sentence each. */
  readonly problems: readonly string[];
  /** Resolves when spans can be sent; rejects when they never can, such as with a certificate that cannot be read. */
  readonly ready: Promise<void>;
  /** Waits until every ended span was answered for, requests under way included, or the time is over. Never rejects. Default 5000 ms. */
  flush(options?: Partial<DeadlineOptions>): Promise<DeliveryReport>;
  /** Flushes and stops for good; a dead collector neither delays it beyond the time nor makes it reject. Default 5000 ms. */
  shutdown(options?: Partial<DeadlineOptions>): Promise<DeliveryReport>;
  /** What became of all spans since the start, what was lost by reason. */
  stats(): DeliveryStats;
  /** The effective configuration with the source of each setting, the state and the problems: text for people, without secrets. */
  explain(): string;
}
