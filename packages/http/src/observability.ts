import { propagation, type TextMapPropagator } from '@opentelemetry/api';
import type { Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { SpanBuilder } from '@sightline/tracing';

/**
 * The telemetry that records requests: the result of `createObservability()` of `@sightline/sdk`, or an object of test doubles.
 */
export interface HttpObservability {
  readonly metrics: MetricsCollector;
  readonly spans: Pick<SpanBuilder, 'startSpan'>;
  /** Reads and writes the trace context of headers. Default: `tracing.propagator`, or else OpenTelemetry's global one. */
  readonly propagator?: Propagator | undefined;
  readonly tracing?: { readonly propagator?: Propagator | undefined } | undefined;
  /** Writes a line for each request of a server; without it there are no lines. */
  readonly logger?: Log | undefined;
}

export type Propagator = Pick<TextMapPropagator, 'extract' | 'inject'>;

export function propagatorOf({ propagator, tracing }: HttpObservability): Propagator {
  return propagator ?? tracing?.propagator ?? propagation;
}

/** Throws at set-up if something is missing, instead of at the first request. */
export function checkObservability(obs: HttpObservability, subject: string): void {
  const { metrics, spans } = (obs ?? {}) as Partial<HttpObservability>;
  if (typeof metrics?.histogram === 'function' && typeof spans?.startSpan === 'function') return;
  throw new TypeError(
    `[http] ${subject} needs { metrics, spans }. Pass the result of createObservability(), or test doubles of both.`,
  );
}
