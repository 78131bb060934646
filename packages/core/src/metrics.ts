import type { Clock, Log, RecordingError } from '@sightline/base';
import type { DeadlineOptions, LazyBackend, MetricsBackend, ShutdownOptions } from './collection/metrics-backend.js';
import type { ExternalSource, MetricsSource } from './collection/metrics-source.js';
import type { MetricFilter } from './instruments/filters.js';
import type { LabelValue } from './instruments/labels.js';
import type { MetricsCollector } from './instruments/metrics-collector.js';

/** A collector with its backends and its lifecycle: for the service's entry point. */
export interface Metrics extends MetricsCollector, MetricsSource {
  /** Resolves when every backend has started. Rejects with the error of one that cannot. Recording works regardless. */
  readonly ready: Promise<void>;
  /** Exports the metrics of an external source through every backend. Returns a function that removes it. */
  include(source: ExternalSource): () => void;
  /** Resolves when every backend has handed over what was recorded before. Rejects with a `FlushError` that names the others. */
  flush(options?: Partial<DeadlineOptions>): Promise<void>;
  /** Flushes and shuts down every backend within the deadline. Never rejects. A second call returns the same promise. */
  shutdown(options?: Partial<ShutdownOptions>): Promise<void>;
}

export interface MetricsOptions {
  backends?: ReadonlyArray<MetricsBackend | LazyBackend> | undefined;
  /** Maximum live series per metric. Default: 2000. */
  maxSeries?: number | undefined;
  /** Maximum live series of all metrics together. Default: 20 000. */
  maxTotalSeries?: number | undefined;
  /** Labels that every series carries; an instrument's own label of the same name wins. */
  defaultLabels?: Readonly<Record<string, LabelValue>> | undefined;
  /** Applied in order to every declaration. */
  filters?: readonly MetricFilter[] | undefined;
  /** Throw a `RecordingError` at the call site of a wrong recording instead of counting it. For tests. Default: false. */
  strict?: boolean | undefined;
  /** Called with each error of strict mode before it is thrown, because code under test may catch it. For test doubles. */
  onStrictError?: ((error: RecordingError) => void) | undefined;
  /** Returns the active span. Histograms and counters keep exemplars of sampled spans. */
  activeSpan?: ActiveSpan | undefined;
  /** Where warnings go. Default: `console`. */
  log?: Log | undefined;
  clock?: Clock | undefined;
  /** Readers that ask within this many milliseconds share one collection. Default: 1000. */
  collectionIntervalMs?: number | undefined;
  /** After this many milliseconds a collection goes on without a callback that has not settled. Default: 2000. */
  collectTimeoutMs?: number | undefined;
}

export type ActiveSpan = () =>
  | { readonly traceId: string; readonly spanId: string; readonly isSampled: boolean }
  | undefined;
