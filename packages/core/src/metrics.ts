import type { Clock, Log, RecordingError } from '@sightline/base';
import type { DeadlineOptions, LazyBackend, MetricsBackend, ShutdownOptions } from './collection/metrics-backend.js';
import type { ForeignSource, MetricsSource } from './collection/metrics-source.js';
import type { MetricFilter } from './instruments/filters.js';
import type { LabelValue } from './instruments/labels.js';
import type { MetricsCollector } from './instruments/metrics-collector.js';

/** A collector with its store, its readers and its end: what the service's entry point holds. */
export interface Metrics extends MetricsCollector, MetricsSource {
  /** Resolves when every backend has started; rejects with the error of one that could not. Recording works regardless. */
  readonly ready: Promise<void>;
  /** Exports a foreign source's families through every backend. Returns the function that takes it out again. */
  include(source: ForeignSource): () => void;
  /** Resolves when every backend has handed over what was recorded before; rejects with a `FlushError` that names those that have not. */
  flush(options?: Partial<DeadlineOptions>): Promise<void>;
  /** Flushes and stops every backend within the deadline, and resolves. Calling again returns the same promise. */
  shutdown(options?: Partial<ShutdownOptions>): Promise<void>;
}

export interface MetricsOptions {
  backends?: ReadonlyArray<MetricsBackend | LazyBackend> | undefined;
  /** Most live series per metric. Default 2000. */
  maxSeries?: number | undefined;
  /** Most live series of all metrics together. Default 20 000. */
  maxTotalSeries?: number | undefined;
  /** Labels that every series carries; an instrument's own label of the same name wins. */
  defaultLabels?: Readonly<Record<string, LabelValue>> | undefined;
  /** Applied in order to every declaration. */
  filters?: readonly MetricFilter[] | undefined;
  /** Throw a `RecordingError` at the call site of a wrong recording instead of counting it: for tests. Default false. */
  strict?: boolean | undefined;
  /** Called with each error of strict mode before it is thrown: code under test may catch it. For test doubles. */
  onStrictError?: ((error: RecordingError) => void) | undefined;
  /** The span that is active where the call is made: histograms and counters keep exemplars of sampled ones. */
  activeSpan?: ActiveSpan | undefined;
  /** Where warnings go. Default: `console`. */
  log?: Log | undefined;
  clock?: Clock | undefined;
  /** Readers that ask within this many milliseconds share one read round. Default 1000. */
  roundIntervalMs?: number | undefined;
  /** After this many milliseconds a read goes on without a callback that has not settled. Default 2000. */
  collectTimeoutMs?: number | undefined;
}

export type ActiveSpan = () =>
  | { readonly traceId: string; readonly spanId: string; readonly isSampled: boolean }
  | undefined;
