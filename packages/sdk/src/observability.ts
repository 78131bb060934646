import type { MetricsWindow, MetricsWindowOptions } from '@sightline/backend-log-snapshot/window';
import type { Log } from '@sightline/base';
import type { ListenAddress, NodeHandler } from '@sightline/base/server';
import type { Metrics } from '@sightline/core';
import type { DeadlineOptions, ShutdownOptions } from '@sightline/core/backend';
import type { Logger } from '@sightline/logger';
import type { Service } from '@sightline/settings';
import type { SpanBuilder } from '@sightline/tracing';
import type { Tracing } from '@sightline/tracing/sdk';
import type { Health } from './http/health.js';
import type { Live } from './live/live.js';
import type { Operation } from './operation.js';

/** What a service's entry point holds: its telemetry, and its end. */
export interface Observability {
  readonly metrics: Metrics;
  /** A pino logger that writes the ids of the context and of the active span. */
  readonly logger: Logger;
  /** The logger of this dotted name, whose level may differ: `LOG_LEVEL=info,collector.ws=debug`. */
  loggerFor(name: string): Logger;
  /** Where Sightline itself reports. */
  readonly log: Log;
  /** Makes spans, which are sent as the tracing options say. */
  readonly spans: SpanBuilder;
  /** The tracing behind `spans`: propagator, provider, what became of the spans. */
  readonly tracing: Tracing;
  /** Observes a piece of work with a span, metrics and, if it fails, a log line. */
  readonly operation: Operation;
  /**
   * Begins a window that the service reads itself: what a metrics line of the log holds, by `getMetrics()` and `reset()`. `keys`,
   * `include` and `exclude` default to those of the option `logSnapshot`. It disturbs no backend and no other window.
   */
  window(options?: Omit<MetricsWindowOptions, 'clock'>): MetricsWindow;
  /** The live page. It is always there, and does nothing where it is off. */
  readonly live: Live;
  /** Checks for `/readyz`. */
  readonly health: Health;
  readonly service: Service;
  /**
   * Resolves when every backend was loaded and started and the server listens; rejects with the first failure, such as a taken port,
   * while everything else goes on. A failure is logged once if `ready` has not been read by then.
   */
  readonly ready: Promise<void>;
  /** Where the server for `/metrics`, `/livez`, `/healthz` and `/readyz` listens; `undefined` as long as it does not. */
  readonly address: ListenAddress | undefined;
  /** Answers what that server answers, by the request's path: to mount in a server of the service's own. */
  readonly handler: NodeHandler;
  /** The effective settings with the source of each, and what has become of the backends: text for people, without secrets. */
  explain(): string;
  /** Resolves when everything recorded before has been handed over; rejects with a `FlushError` that says what was not. */
  flush(options?: Partial<DeadlineOptions>): Promise<void>;
  /**
   * Drains and stops everything within the deadline, and resolves. Calling again returns the same promise.
   * Defaults: `shutdownTimeoutMs` and `shutdownLingerMs`.
   */
  shutdown(options?: Partial<ShutdownOptions>): Promise<void>;
}
