import type { Clock, Log } from '@sightline/base';
import type { MetricsCollector } from '../instruments/metrics-collector.js';
import type { MetricsSource } from './metrics-source.js';

/**
 * Sends a collector's numbers somewhere. No backend code runs when a service records: core keeps the numbers, and a backend
 * reads them when it needs them.
 *
 * Duties: loops do not overlap, timers are unref'd while idle, queues are bounded, a failing peer throws nothing into the
 * service, and one log line is written when a peer goes down and one when it returns. `pushLoop` does all of that.
 */
export interface MetricsBackend {
  /** Short and unique among the backends of a collector, such as `prometheus`; used in log lines and labels. */
  readonly name: string;
  /** What it reads from histograms. Core keeps an exponential histogram for `quantiles`, and for `native` unless a declaration forbids it. */
  readonly histogramNeed: HistogramNeed;
  /**
   * Called once, before any other method. Rejects if the backend cannot work (a taken port): `ready` then rejects with that
   * error, and recording goes on. A peer that is down is not such an error.
   */
  start(context: BackendContext): void | Promise<void>;
  /**
   * Resolves when everything recorded before the call is handed over. Rejects with an error that says what is not, after
   * `timeoutMs` at the latest. A backend that its peer reads has nothing to do.
   */
  flush(options: DeadlineOptions): Promise<void>;
  /**
   * Flushes, frees every resource and resolves within `timeoutMs`. Does not reject for a peer that is down. Called at most
   * once, also if `start` failed or is still pending.
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
  /** How long a backend that its peer reads waits for one more read, in milliseconds within `timeoutMs`. 0: not at all. */
  lingerMs: number;
}

/** A backend whose code is loaded only when it is used. `histogramNeed` must be known earlier, because recording starts earlier. */
export interface LazyBackend {
  readonly name: string;
  readonly histogramNeed: HistogramNeed;
  load(): Promise<MetricsBackend>;
}
