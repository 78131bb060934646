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
 * Where services and libraries declare what they measure: the only type of ours that they need to know.
 *
 * Declaring is for start-up: a wrong declaration throws a `DeclarationError` that says what to change. Declaring the
 * same again returns the same instrument (its newer `collect` replaces the older one, so that hot reload works); the
 * same name with other options throws and shows both. Recording never throws.
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
  /** Exports `labels` on a series that is always 1. Declared again with other labels, the newer ones replace the older. */
  info(name: string, options: InfoOptions): void;
  /**
   * Runs `callback` once a read round, before numbers are copied: for several metrics that come from one costly source.
   * Returns the function that takes it out again.
   */
  onCollect(callback: () => void | Promise<void>, options?: CollectOptions): () => void;
  /** A view that puts `prefix` before every name and `labels` before every series' own labels. */
  child(options: ChildOptions): MetricsCollector;
}

export interface CollectOptions {
  /** Names the callback in warnings and in `sightline_collect_failures_total`. */
  name?: string | undefined;
  /** Least time between two runs, in milliseconds; a read round (1000) when left out. */
  intervalMs?: number | undefined;
  /** After this many milliseconds the read goes on without it; the collector's `collectTimeoutMs` when left out. */
  timeoutMs?: number | undefined;
}

export interface ChildOptions {
  /** Put before names as it is, such as `orders_` or `orders.`. */
  prefix?: string | undefined;
  labels?: Readonly<Record<string, LabelValue>> | undefined;
}
