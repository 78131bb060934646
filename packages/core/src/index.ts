export type { Clock, Timer } from './clock.js';
export { systemClock } from './clock.js';
export { consoleLog } from './console-log.js';
export { createMetrics } from './create-metrics.js';
export { withDeadline } from './deadline.js';
export { DEFAULT_BUCKETS, defaultBuckets } from './default-buckets.js';
export type { DeltaBatch, DeltaOptions, DeltaReader, PointRange } from './delta-reader.js';
export { deltas } from './delta-reader.js';
export { DeadlineError, DeclarationError, FlushError, RecordingError } from './errors.js';
export {
  addExponential,
  bucketUpperBound,
  downscaledExponential,
  quantileError,
  quantileOf,
  subtractExponential,
} from './exponential-points.js';
export type {
  CounterSnapshot,
  Exemplar,
  ExponentialBuckets,
  ExponentialPoint,
  FamilyColumns,
  FamilySnapshot,
  GaugeSnapshot,
  HistogramSnapshot,
  InfoSnapshot,
  SummarySnapshot,
} from './family-snapshot.js';
export type { MetricFilter } from './filters.js';
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
} from './instruments.js';
export type { LabelValueSet, LabelValueSets } from './label-value-sets.js';
export type { Labels, LabelValue, RecordArgs } from './labels.js';
export { OVERFLOW_LABEL_VALUE } from './labels.js';
export type { Log } from './log.js';
export type { ActiveSpan, Metrics, MetricsOptions } from './metrics.js';
export type {
  BackendContext,
  DeadlineOptions,
  HistogramNeed,
  LazyBackend,
  MetricsBackend,
  ShutdownOptions,
} from './metrics-backend.js';
export type { ChildOptions, CollectOptions, MetricsCollector } from './metrics-collector.js';
export type { ForeignReport, ForeignSource, MetricsSnapshot, MetricsSource } from './metrics-source.js';
export { nearestName } from './nearest-name.js';
export { noopMetrics } from './noop-metrics.js';
export type { HistogramPoint, Point, PointBase, SummaryPoint } from './points.js';
export { labelsOf, pointsOf } from './points.js';
export type { PushLoop, PushLoopOptions } from './push-loop.js';
export { pushLoop } from './push-loop.js';
export { quantileBuckets } from './quantile-buckets.js';
export type { StartTimer, StopTimer } from './start-timer.js';
export { timeUnitsPerSecond, ucumOf, unitInName, unitsPerSecond } from './units.js';
export { callThen, type SubscriptionScope, type WhenDone, whenSettled } from './when-settled.js';
export type { FamilyKind, Named } from './written-names.js';
export {
  embeddedMetricNames,
  prometheusFamilyName,
  prometheusLabelName,
  prometheusSampleName,
  prometheusWrittenNames,
} from './written-names.js';
