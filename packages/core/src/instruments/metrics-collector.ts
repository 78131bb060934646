import type {
  Counter,
  CounterOptions,
  Gauge,
  GaugeOptions,
  Histogram,
  HistogramOptions,
  InfoOptions,
} from './instruments.js';
import type { LabelValue } from './labels.js';

/**
 * Services and libraries declare their metrics here: the only type of ours that they need.
 *
 * Declare at start-up: a wrong declaration throws a `DeclarationError` that says what to change. A second, equal declaration
 * returns the same instrument and replaces its `collect`, for hot reload. The same name with other options throws and shows
 * both. Recording never throws.
 */
export interface MetricsCollector {
  counter<const N extends string, const O extends N = never>(
    name: string,
    options: CounterOptions<N, O> & { labelNames: readonly N[] },
  ): Counter<N, O>;
  counter(name: string, options: CounterOptions): Counter;
  gauge<const N extends string, const O extends N = never>(
    name: string,
    options: GaugeOptions<N, O> & { labelNames: readonly N[] },
  ): Gauge<N, O>;
  gauge(name: string, options: GaugeOptions): Gauge;
  histogram<const N extends string, const O extends N = never>(
    name: string,
    options: HistogramOptions<N, O> & { labelNames: readonly N[] },
  ): Histogram<N, O>;
  histogram(name: string, options: HistogramOptions): Histogram;
  /** Exports `labels` on a series that is always 1. A later declaration replaces the labels. */
  info(name: string, options: InfoOptions): void;
  /**
   * Runs `callback` once per collection, before the numbers are copied: for several metrics from one expensive source. Returns
   * a function that removes it.
   */
  onCollect(callback: () => void | Promise<void>, options?: CollectOptions): () => void;
  /** A view that adds `prefix` to every name and `labels` to every series. */
  child(options: ChildOptions): MetricsCollector;
}

export interface CollectOptions {
  /** Names the callback in warnings and in `sightline_collect_failures_total`. */
  name?: string | undefined;
  /** Minimum time between two runs, in milliseconds. Default: once per collection (1000). */
  intervalMs?: number | undefined;
  /** After this many milliseconds the collection goes on without it. Default: the collector's `collectTimeoutMs`. */
  timeoutMs?: number | undefined;
}

export interface ChildOptions {
  /** Added before names as it is, such as `orders_` or `orders.`. */
  prefix?: string | undefined;
  labels?: Readonly<Record<string, LabelValue>> | undefined;
}
