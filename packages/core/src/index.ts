export { DeadlineError, DeclarationError, FlushError, RecordingError } from '@sightline/base';
export type { LazyBackend, MetricsBackend } from './collection/metrics-backend.js';
export { createMetrics } from './create-metrics.js';
export { DEFAULT_BUCKETS, defaultBuckets } from './instruments/default-buckets.js';
export type { MetricFilter } from './instruments/filters.js';
export type {
  CollectResult,
  Counter,
  CounterOptions,
  CounterSeries,
  Gauge,
  GaugeOptions,
  GaugeSeries,
  Histogram,
  HistogramOptions,
  HistogramSeries,
  HistogramValue,
  InfoOptions,
  InstrumentOptions,
} from './instruments/instruments.js';
export type { Labels, LabelValue, RecordArgs } from './instruments/labels.js';
export type { ChildOptions, CollectOptions, MetricsCollector } from './instruments/metrics-collector.js';
export { noopMetrics } from './instruments/noop-metrics.js';
export { quantileBuckets } from './instruments/quantile-buckets.js';
export type { StartTimer, StopTimer } from './instruments/start-timer.js';
export type { ActiveSpan, Metrics, MetricsOptions } from './metrics.js';
