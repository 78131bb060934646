import type { Clock, Log } from '@sightline/base';
import type { MetricsCollector } from '../instruments/metrics-collector.js';
import type { MetricsSource } from './metrics-source.js';

/**
 * Sends a collector's numbers somewhere. No backend code runs when a service records: a backend reads, when it likes,
 * what core has kept.
 *
 * Duties: loops do not overlap, timers are unref'd while idle, queues are bounded, no peer's failure throws out of here,
 * one log line is written when a peer goes down and one when it returns. `pushLoop` gives a pushing backend all of that.
 */
export interface MetricsBackend {
  /** Short and unique among the backends of a collector, such as `prometheus`; used in log lines and labels. */
  readonly name: string;
  /** What it reads from histograms; core keeps an exponential side for `quantiles`, and for `native` unless a declaration forbids it. */
  readonly histogramNeed: HistogramNeed;
  /**
   * Called once, before any other method. Rejects where the backend cannot work (a taken port): the error becomes
   * `ready`'s, and recording goes on. A peer that is merely down is no such error.
   */
  start(context: BackendContext): void | Promise<void>;
  /**
   * Resolves when everything recorded before the call has been handed over, and rejects with an error that says what
   * was not, at the latest after `timeoutMs`. A backend that is read by its peer has nothing to do.
   */
  flush(options: DeadlineOptions): Promise<void>;
  /**
   * Flushes, frees every resource and resolves within `timeoutMs`; does not reject for a peer that is down. Called at
   * most once; `start` may have failed or still be pending.
   */
  shutdown(options: ShutdownOptions): Promise<void>;
}

/** `explicit`: bucket counts suffice. `quantiles`: computes them. `native`: exports the exponential histogram itself. */
export type HistogramNeed = 'explicit' | 'quantiles' | 'native';

export interface BackendContext {
  readonly source: MetricsSource;
  /** For the backend's own numbers, named `sightline_<backend>_…`; exported like all others. */
  readonly selfMetrics: MetricsCollector;
  readonly log: Log;
  readonly clock: Clock;
}

export interface DeadlineOptions {
  timeoutMs: number;
}

export interface ShutdownOptions extends DeadlineOptions {
  /** How long a backend that is read by its peer waits for one more read, in milliseconds within `timeoutMs`; 0 = not at all. */
  lingerMs: number;
}

/** A backend whose code is loaded only when it is used. `histogramNeed` is known before, because recording starts before. */
export interface LazyBackend {
  readonly name: string;
  readonly histogramNeed: HistogramNeed;
  load(): Promise<MetricsBackend>;
}
