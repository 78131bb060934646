/** For authors of backends, and for packages that declare their own metrics. Services do not need it. */
export type {
  BackendContext,
  DeadlineOptions,
  HistogramNeed,
  LazyBackend,
  MetricsBackend,
  ShutdownOptions,
} from './collection/metrics-backend.js';
export type { ExternalReport, ExternalSource, MetricsSnapshot, MetricsSource } from './collection/metrics-source.js';
export { type PushLoop, type PushLoopOptions, pushLoop } from './collection/push-loop.js';
export {
  type DeltaBatch,
  type DeltaOptions,
  type DeltaReader,
  deltas,
  type PointRange,
} from './deltas/delta-reader.js';
export { discoverMetric, reportLeftOut } from './discover-metric.js';
export {
  addExponential,
  bucketUpperBound,
  downscaledExponential,
  quantileError,
  quantileOf,
  subtractExponential,
} from './exponential/exponential-points.js';
export type { LabelValueSet, LabelValueSets } from './instruments/label-value-sets.js';
export { OVERFLOW_LABEL_VALUE } from './instruments/labels.js';
export { timeUnitsPerSecond, ucumOf, unitInName, unitOfUcum, unitsPerSecond } from './instruments/units.js';
export {
  embeddedMetricNames,
  type FamilyKind,
  type Named,
  prometheusFamilyName,
  prometheusLabelName,
  prometheusSampleName,
  prometheusWrittenNames,
} from './instruments/written-names.js';
export type { DiscoveredMetric, DiscoveredOptions } from './store/discovered-metric.js';
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
  Instrumentation,
  SummarySnapshot,
} from './store/family-snapshot.js';
export {
  type HistogramPoint,
  labelsOf,
  type Point,
  type PointBase,
  pointsOf,
  presentLabels,
  type SummaryPoint,
} from './store/points.js';
export { labelsKey, seriesKey, seriesText } from './store/series-text.js';
